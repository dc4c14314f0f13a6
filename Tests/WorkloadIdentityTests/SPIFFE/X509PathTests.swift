// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation
import JOSE
import SwiftASN1
import Testing
import WorkloadIdentity
import X509

/// Chains over signing certificates, and the authorities at their end.
@Suite struct X509PathTests {
    private static let signerCases = [
        CertificateCase("sound", "verified") { _ in },
        CertificateCase("without a SPIFFE ID", "verified") { $0.names = [] },
        CertificateCase("with a URI that is none", "verified") {
            $0.names = [.uniformResourceIdentifier("https://ca.example")]
        },
        CertificateCase("with a DNS name", "verified") { $0.names.append(.dnsName("ca.example.org")) },
        CertificateCase("with a SPIFFE ID in capitals", "verified") {
            $0.names = [.uniformResourceIdentifier("SPIFFE://EXAMPLE.ORG")]
        },
        CertificateCase("with a workload's id", "issuer_spiffe_id") {
            $0.names = [.uniformResourceIdentifier("spiffe://example.org/ca")]
        },
        CertificateCase("with a broken id", "issuer_spiffe_id") {
            $0.names = [.uniformResourceIdentifier("spiffe://example.org/")]
        },
        CertificateCase("with a SPIFFE ID and another URI", "uri_ambiguous") {
            $0.names.append(.uniformResourceIdentifier("https://ca.example"))
        },
        CertificateCase("without a subject", "certificate") { $0.subject = nil },
        CertificateCase("no authority", "issuer_not_ca") { $0.basicConstraints = .notCertificateAuthority },
        CertificateCase("no basic constraints", "issuer_not_ca") { $0.basicConstraints = nil },
        CertificateCase("no key usage", "key_usage") { $0.keyUsage = nil },
        CertificateCase("no keyCertSign", "key_usage") {
            $0.keyUsage = KeyUsage(digitalSignature: true, cRLSign: true)
        },
        CertificateCase("key usage not critical", "key_usage") { $0.isKeyUsageCritical = false },
        CertificateCase("no cRLSign", "verified") { $0.keyUsage = KeyUsage(keyCertSign: true) },
        CertificateCase("both authentications", "verified") { $0.extendedKeyUsage = [.serverAuth, .clientAuth] },
        CertificateCase("any usage", "verified") { $0.extendedKeyUsage = [.any] },
        CertificateCase("client authentication only", "extended_key_usage") { $0.extendedKeyUsage = [.clientAuth] },
        CertificateCase("room for none below", "verified") {
            $0.basicConstraints = .isCertificateAuthority(maxPathLength: 0)
        },
        CertificateCase("expired", "expired") { $0.notAfter = -1 },
        CertificateCase("not valid yet", "not_yet_valid") { $0.notBefore = 1 },
        CertificateCase("an unknown critical extension", "critical_extension") {
            $0.otherExtensions = [.init(oid: [1, 3, 6, 1, 4, 1, 99_999, 1], critical: true, value: [5, 0])]
        },
        CertificateCase("P-384", "verified") { $0.key = .init(P384.Signing.PrivateKey()) },
        CertificateCase("P-521", "verified") { $0.key = .init(P521.Signing.PrivateKey()) },
        CertificateCase("Ed25519", "verified") { $0.key = .init(Curve25519.Signing.PrivateKey()) },
        CertificateCase("RSA", "verified") { $0.key = .init(try _RSA.Signing.PrivateKey(keySize: .bits2048)) },
    ]

    @Test("An intermediate with one thing changed", arguments: signerCases)
    func intermediate(_ test: CertificateCase) throws {
        let root = try Signer(.authority("root"))
        var spec = CertificateSpec.authority("int")
        try test.change(&spec)
        let signer = try root.signer(spec)
        #expect(try code([signer.issue(.leaf()), signer.der], [root]) == test.code)
    }

    @Test("The authority is held to the same rules", arguments: signerCases)
    func authority(_ test: CertificateCase) throws {
        var spec = CertificateSpec.authority("root")
        try test.change(&spec)
        let root = try Signer(spec)
        #expect(try code([root.issue(.leaf())], [root]) == test.code)
    }

    @Test("SHA-1 is refused wherever it vouches for something")
    func brokenHash() throws {
        var spec = CertificateSpec.authority("root")
        spec.key = .init(try _RSA.Signing.PrivateKey(keySize: .bits2048))
        spec.algorithm = .sha1WithRSAEncryption
        let root = try Signer(spec)
        // A root's own signature vouches for nothing.
        #expect(try code([root.issue(.leaf())], [root]) == "verified")
        var leaf = CertificateSpec.leaf()
        leaf.algorithm = .sha1WithRSAEncryption
        #expect(try code([root.issue(leaf)], [root]) == "signature_algorithm")
        var issuer = CertificateSpec.authority("int")
        issuer.algorithm = .sha1WithRSAEncryption
        let signer = try root.signer(issuer)
        #expect(try code([signer.issue(.leaf()), signer.der], [root]) == "signature_algorithm")
    }

    @Test("The way is found whatever the order, and with certificates that are not needed")
    func orders() throws {
        let root = try Signer(.authority("root"))
        let first = try root.signer(.authority("a"))
        let second = try first.signer(.authority("b"))
        let leaf = try second.issue(.leaf())
        let stranger = try Signer(.authority("b"))
        #expect(try code([leaf, second.der, first.der], [root]) == "verified")
        #expect(try code([leaf, first.der, second.der], [root]) == "verified")
        #expect(try code([leaf, second.der, first.der, root.der], [root]) == "verified")
        #expect(try code([leaf, stranger.der, second.der, root.der, first.der], [root]) == "verified")
        #expect(try code([leaf, second.der], [first]) == "verified")
        #expect(try code([leaf], [second]) == "verified")
        #expect(try code([leaf, second.der], [root]) == "issuer_unknown")
        #expect(try code([leaf, first.der], [root]) == "issuer_unknown")
        #expect(try code([leaf], [root]) == "issuer_unknown")
        #expect(try code([second.der, leaf, first.der], [root]) == "leaf_is_ca")
        #expect(try code([], [root]) == "chain_empty")
        #expect(try code([leaf, second.der, first.der], []) == "trust_domain_unknown")
    }

    @Test("Only the bundle of the id's own trust domain counts")
    func domains() throws {
        let (mine, other) = (try Signer(.authority("root")), try Signer(.authority("root", uri: "spiffe://other.test")))
        let leaf = try other.issue(.leaf())
        let bundles = try TrustBundles([
            TrustBundle(trustDomain: TrustDomain(validating: "example.org"), x509Authorities: [mine.der]),
            TrustBundle(trustDomain: TrustDomain(validating: "other.test"), x509Authorities: [other.der]),
        ])
        let now = NumericDate(seconds: CertificateSpec.now)
        guard case .refused(let refusal) = X509SVID.outcome(of: [leaf], bundles: bundles, at: now) else {
            Issue.record("another domain's authority was believed")
            return
        }
        // The other domain's root has the same name, but not the same key.
        #expect(refusal.code == .signature)
        // What the bundle holds was put there for the domain, whatever it calls itself.
        #expect(try code([leaf], [other]) == "verified")
        // An intermediate of another domain must not issue, though it may sign for other signers.
        let foreign = try mine.signer(.authority("int", uri: "spiffe://other.test"))
        #expect(try code([foreign.issue(.leaf()), foreign.der], [mine]) == "issuer_spiffe_id")
        let own = try foreign.signer(.authority("own"))
        #expect(try code([own.issue(.leaf()), own.der, foreign.der], [mine]) == "verified")
    }

    @Test("A signature by another key of the same name, or over other bytes, is none")
    func forgeries() throws {
        let (root, impostor) = (try Signer(.authority("root")), try Signer(.authority("root")))
        let leaf = try impostor.issue(.leaf())
        #expect(try code([leaf], [root]) == "signature")
        #expect(try code([leaf, impostor.der], [root]) == "signature")
        #expect(try code([leaf], [root, impostor]) == "verified")
        #expect(try code([leaf], [impostor, root]) == "verified")
        var spoilt = try root.issue(.leaf())
        spoilt[spoilt.count - 1] ^= 1
        #expect(try code([spoilt], [root]) == "signature")
        // A leaf that signs itself, and one signed by another leaf.
        let own = try Signer(.leaf())
        #expect(try code([own.der], [root]) == "issuer_unknown")
        var named = CertificateSpec.leaf()
        named.subject = "w"
        let workload = try root.signer(named)
        #expect(
            try code([workload.issue(.leaf("spiffe://example.org/admin")), workload.der], [root]) == "issuer_not_ca"
        )
    }

    @Test("Rotation: an old way that expired does not hide the new one")
    func rotation() throws {
        var (old, new) = (CertificateSpec.authority("root"), CertificateSpec.authority("root"))
        old.notAfter = -1
        new.key = old.key
        let leaf = try Signer(new).issue(.leaf())
        #expect(try code([leaf], [Signer(old), Signer(new)]) == "verified")
        #expect(try code([leaf], [Signer(old)]) == "expired")
        // A root that another one signed, too.
        let root = try Signer(.authority("top"))
        let cross = try root.signer(new)
        #expect(try code([leaf, cross.der], [Signer(old), root]) == "verified")
    }

    @Test("Path lengths")
    func lengths() throws {
        var limited = CertificateSpec.authority("root")
        limited.basicConstraints = .isCertificateAuthority(maxPathLength: 1)
        let root = try Signer(limited)
        let first = try root.signer(.authority("a"))
        let second = try first.signer(.authority("b"))
        #expect(try code([first.issue(.leaf()), first.der], [root]) == "verified")
        #expect(try code([second.issue(.leaf()), second.der, first.der], [root]) == "path_length")
        limited.subject = "c"
        limited.basicConstraints = .isCertificateAuthority(maxPathLength: 0)
        let top = try Signer(.authority("top"))
        let narrow = try top.signer(limited)
        let below = try narrow.signer(.authority("d"))
        #expect(try code([narrow.issue(.leaf()), narrow.der], [top]) == "verified")
        #expect(try code([below.issue(.leaf()), below.der, narrow.der], [top]) == "path_length")
        // A self-issued certificate, a new key of the same authority, takes no room.
        let renewed = try narrow.signer(.authority("c"))
        #expect(try code([renewed.issue(.leaf()), renewed.der, narrow.der], [top]) == "verified")
    }

    @Test("The longest chain is checked, one more is not")
    func longest() throws {
        let root = try Signer(.authority("root"))
        var chain: [[UInt8]] = []
        var last = root
        for index in 0..<7 {
            last = try last.signer(.authority("s\(index)"))
            chain.insert(last.der, at: 0)
        }
        #expect(try code([last.issue(.leaf())] + chain, [root]) == "verified")
        #expect(try code([last.issue(.leaf())] + chain + [root.der], [root]) == "size")
    }

    @Test("Certificates that all have one name cost a bounded number of signatures")
    func sameNames() throws {
        let root = try Signer(.authority("same"))
        let signers = try (0..<7).map { _ in try Signer(.authority("same")) }
        let leaf = try root.issue(.leaf())
        #expect(try code([leaf] + signers.map(\.der), [root]) == "verified")
        let others = try (0..<63).map { _ in try Signer(.authority("same")) }
        #expect(try code([leaf], others + [root]) == "verified")
        // Seven that each signed the other six: ways without end, none of which arrives.
        let key = CertificateSpec.authority("same").key
        let ring = try (0..<7).map { _ in
            var spec = CertificateSpec.authority("same")
            spec.key = key
            return try Signer(spec)
        }
        #expect(try code([ring[0].issue(.leaf())] + ring.map(\.der), others) == "size")
    }
}
