// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation
import JOSE
import StrictJSON
import Testing
import WorkloadIdentity
import X509

@Suite struct TrustBundleTests {
    private static let domain = Result { try TrustDomain(validating: "example.org") }

    private func read(_ document: JSONValue) throws -> TrustBundle {
        try TrustBundle(parsing: document.serialized(), for: Self.domain.get())
    }

    /// The entry of a bundle document for a root: its key, and the certificate.
    static func entry(_ root: Signer, _ key: P256.Signing.PrivateKey) -> JSONObject {
        let point = [UInt8](key.publicKey.x963Representation)
        return JSONObject([
            ("use", "x509-svid"), ("kty", "EC"), ("crv", "P-256"),
            ("x", .string(Base64URL.string(point[1..<33]))), ("y", .string(Base64URL.string(point[33...]))),
            ("x5c", [.string(Data(root.der).base64EncodedString())]),
        ])
    }

    private static func root() throws -> (Signer, JSONObject) {
        let key = P256.Signing.PrivateKey()
        var spec = CertificateSpec.authority("root")
        spec.key = .init(key)
        let root = try Signer(spec)
        return (root, entry(root, key))
    }

    private static func jwtEntry(_ key: SigningKey) -> JSONObject {
        var jwk = key.verificationKey.jwk
        jwk["use"] = "jwt-svid"
        return jwk
    }

    @Test("A document with a key of each kind, and one for a use of the future")
    func document() throws {
        let (root, entry) = try Self.root()
        let key = SigningKey.generate(.es256, keyID: "j")
        let bundle = try read([
            "spiffe_sequence": 12, "spiffe_refresh_hint": 300, "more": [1],
            "keys": [
                .object(entry), .object(Self.jwtEntry(key)), ["use": "wit-svid", "kty": "EC"], ["kty": "EC"],
                ["use": 1],
            ],
        ])
        #expect(bundle.sequence == 12 && bundle.refreshHintSeconds == 300 && bundle.skipped.isEmpty)
        #expect(bundle.x509Authorities == [root.der])
        #expect(bundle.jwtAuthorities.keys.map(\.keyID) == ["j"])
        let outcome = X509SVID.outcome(
            of: [try root.issue(.leaf())],
            bundles: try TrustBundles([bundle]),
            at: NumericDate(seconds: CertificateSpec.now)
        )
        guard case .verified = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test("Without keys everything is revoked")
    func empty() throws {
        let bundle = try read(["keys": []])
        #expect(bundle.x509Authorities.isEmpty && bundle.jwtAuthorities.keys.isEmpty && bundle.sequence == nil)
        let (root, _) = try Self.root()
        var bundles = try TrustBundles([TrustBundle(trustDomain: Self.domain.get(), x509Authorities: [root.der])])
        try bundles.update(bundle)
        let now = NumericDate(seconds: CertificateSpec.now)
        guard case .refused(let refusal) = X509SVID.outcome(of: [try root.issue(.leaf())], bundles: bundles, at: now)
        else {
            Issue.record("a revoked authority was believed")
            return
        }
        #expect(refusal.code == .trustDomainUnknown)
    }

    @Test("Certificates with keys of every kind match the members of their entries")
    func kinds() throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let primitives = try rsa.publicKey.getKeyPrimitives()
        let p384 = P384.Signing.PrivateKey()
        let point = [UInt8](p384.publicKey.x963Representation)
        let ed25519 = Curve25519.Signing.PrivateKey()
        let keys: [(Certificate.PrivateKey, [(String, JSONValue)])] = [
            (
                .init(rsa),
                [
                    ("kty", "RSA"), ("n", .string(Base64URL.string([UInt8](primitives.modulus)))),
                    ("e", .string(Base64URL.string([UInt8](primitives.publicExponent)))),
                ]
            ),
            (
                .init(p384),
                [
                    ("kty", "EC"), ("crv", "P-384"), ("x", .string(Base64URL.string(point[1..<49]))),
                    ("y", .string(Base64URL.string(point[49...]))),
                ]
            ),
            (
                .init(ed25519),
                [
                    ("kty", "OKP"), ("crv", "Ed25519"),
                    ("x", .string(Base64URL.string([UInt8](ed25519.publicKey.rawRepresentation)))),
                ]
            ),
        ]
        for (key, members) in keys {
            var spec = CertificateSpec.authority("root")
            spec.key = key
            let root = try Signer(spec)
            let x5c: JSONValue = [.string(Data(root.der).base64EncodedString())]
            let entry = JSONObject(members + [("use", "x509-svid"), ("x5c", x5c)])
            #expect(try read(["keys": [.object(entry)]]).x509Authorities == [root.der])
        }
    }

    @Test("Entries that cannot be used are skipped, the others count")
    func skipped() throws {
        let (root, entry) = try Self.root()
        let (_, stranger) = try Self.root()
        let changes: [(String, JSONValue?)] = [
            ("x5c", nil), ("x5c", []), ("x5c", [1]), ("x5c", "x"), ("x5c", ["AAAA"]), ("x5c", ["A"]),
            ("x5c", stranger["x5c"]),
            ("x", stranger["x"]), ("y", nil), ("crv", "P-384"), ("kty", nil), ("kty", "RSA"),
        ]
        var entries: [JSONValue] = []
        for (name, value) in changes {
            var changed = entry
            changed[name] = value
            entries.append(.object(changed))
        }
        let jwt = Self.jwtEntry(SigningKey.generate(.es256, keyID: "j"))
        for name in ["kid", "x", "crv"] {
            var changed = jwt
            changed[name] = nil
            entries.append(.object(changed))
        }
        entries.append(.object(entry))
        entries.append(.object(jwt))
        let bundle = try read(["keys": .array(entries)])
        #expect(bundle.skipped.map(\.index) == Array(0..<15))
        #expect(bundle.skipped.allSatisfy { $0.reason.count > 10 })
        #expect(bundle.x509Authorities == [root.der])
    }

    @Test("Of several certificates in an entry, the first counts")
    func firstCertificate() throws {
        let (root, entry) = try Self.root()
        let (other, _) = try Self.root()
        var several = entry
        several["x5c"] = .array([root.der, other.der].map { .string(Data($0).base64EncodedString()) })
        #expect(try read(["keys": [.object(several)]]).x509Authorities == [root.der])
    }

    @Test(
        "What is no bundle",
        arguments: [
            "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":[],"keys":[]}"#,
            #"{"keys":[],"spiffe_sequence":-1}"#, #"{"keys":[],"spiffe_sequence":"1"}"#,
            #"{"keys":[],"spiffe_sequence":1.5}"#, #"{"keys":[],"spiffe_sequence":null}"#,
            #"{"keys":[],"spiffe_refresh_hint":-1}"#, #"{"keys":[],"spiffe_refresh_hint":"x"}"#,
            #"{"keys":[{"use":"jwt-svid","kty":"oct","kid":"a","k":"AAAA"}]}"#,
            #"{"keys":["# + repeatElement("{}", count: 257).joined(separator: ",") + "]}",
            #"{"keys":[]}"# + String(repeating: " ", count: 1 << 20),
        ]
    )
    func malformed(_ text: String) throws {
        let error = #expect(throws: WorkloadIdentityError.self) {
            try TrustBundle(parsing: Array(text.utf8), for: Self.domain.get())
        }
        #expect(error?.code == .bundle)
    }

    @Test func bounds() throws {
        let (root, _) = try Self.root()
        let many = [[UInt8]](repeating: root.der, count: TrustBundle.maximumAuthorities)
        #expect(try TrustBundle(trustDomain: Self.domain.get(), x509Authorities: many).x509Authorities.count == 64)
        #expect(throws: WorkloadIdentityError.self) {
            try TrustBundle(trustDomain: Self.domain.get(), x509Authorities: many + [root.der])
        }
        var bundles = TrustBundles()
        for index in 0..<TrustBundles.maximumCount {
            try bundles.update(TrustBundle(trustDomain: TrustDomain(validating: "d\(index)"), x509Authorities: []))
        }
        let more = try TrustBundle(trustDomain: TrustDomain(validating: "more"), x509Authorities: [])
        #expect(throws: WorkloadIdentityError.self) { try bundles.update(more) }
        try bundles.update(TrustBundle(trustDomain: TrustDomain(validating: "d7"), x509Authorities: []))
        bundles.remove(try TrustDomain(validating: "d7"))
        try bundles.update(more)
        #expect(bundles.trustDomains.count == TrustBundles.maximumCount)
        #expect(throws: WorkloadIdentityError.self) { try TrustBundles([more, more]) }
    }

    @Test(
        "A bundle that is older than the one before is refused",
        arguments: [
            (nil, nil, true), (nil, 1, true), (1, 1, true), (1, 2, true), (5, 4, false), (5, 0, false), (5, nil, false),
            (Int64.max, Int64.max, true),
        ] as [(Int64?, Int64?, Bool)]
    )
    func sequences(_ first: Int64?, _ second: Int64?, _ isTaken: Bool) throws {
        let document = { (sequence: Int64?) -> JSONValue in
            var object = JSONObject([("keys", [])])
            if let sequence { object["spiffe_sequence"] = .integer(sequence) }
            return .object(object)
        }
        var bundles = try TrustBundles([read(document(first))])
        let next = try read(document(second))
        do throws(WorkloadIdentityError) {
            try bundles.update(next)
            #expect(isTaken)
        } catch {
            #expect(!isTaken && error.code == .bundleSequence)
        }
        #expect(bundles[try Self.domain.get()]?.sequence == (isTaken ? second : first))
    }
}
