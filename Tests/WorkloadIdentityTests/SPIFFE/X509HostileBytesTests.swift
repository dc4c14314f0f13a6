// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import JOSE
import SwiftASN1
import Testing
import WorkloadIdentity
import X509

/// Bytes that are no certificate, or were one before something was changed.
@Suite struct X509HostileBytesTests {
    private static let maximum = X509SVID.maximumCertificateBytes

    @Test(arguments: [
        ([], "certificate"), ([0], "certificate"), ([0x30, 0], "certificate"), ([0x30, 0x80, 0, 0], "certificate"),
        ([0x30, 3, 0x30, 0x84, 0xFF], "certificate"), (Array("-----BEGIN CERTIFICATE-----".utf8), "certificate"),
        ([UInt8](repeating: 0x30, count: 4000), "certificate"),
        ([UInt8](repeating: 0xFF, count: maximum), "certificate"),
        ([UInt8](repeating: 0x30, count: maximum + 1), "size"),
    ])
    func noCertificate(_ bytes: [UInt8], _ expected: String) throws {
        let root = try Signer(.authority("root"))
        let leaf = try root.issue(.leaf())
        #expect(try code([bytes], [root]) == expected)
        // Anything in the chain is refused, needed or not.
        #expect(try code([leaf, bytes], [root]) == expected)
    }

    @Test("Bytes after a certificate, and a certificate cut anywhere, are none")
    func lengths() throws {
        let root = try Signer(.authority("root"))
        let leaf = try root.issue(.leaf())
        #expect(try code([leaf + [0]], [root]) == "certificate")
        #expect(try code([leaf + leaf], [root]) == "certificate")
        for count in stride(from: 0, to: leaf.count, by: 7) {
            #expect(try code([Array(leaf.prefix(count))], [root]) == "certificate")
        }
    }

    @Test("The signature algorithm inside of what is signed is the one outside")
    func twoAlgorithms() throws {
        let key = P256.Signing.PrivateKey()
        var spec = CertificateSpec.authority("root")
        spec.key = .init(key)
        let root = try Signer(spec)
        let leaf = try root.issue(.leaf())
        // The object identifier of ecdsa-with-SHA256; one more at its end is SHA-384.
        let name: [UInt8] = [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]
        for change in [0, 1] as [UInt8] {
            let parts = try DER.sequence(DER.parse(leaf), identifier: .sequence) { nodes in
                Array(try [nodes.next(), nodes.next(), nodes.next()].map { try #require($0).encodedBytes })
            }
            var signed = Array(parts[0])
            let place = try #require(signed.indices.first { signed[$0...].starts(with: name) })
            signed[place + name.count - 1] += change
            let signature = try key.signature(for: signed).derRepresentation
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { coder in
                coder.serializeRawBytes(signed)
                coder.serializeRawBytes(parts[1])
                try coder.serialize(ASN1BitString(bytes: Array(signature)[...]))
            }
            let expected = change == 0 ? "verified" : "certificate"
            #expect(try code([serializer.serializedBytes], [root]) == expected)
        }
    }

    @Test("No change of a single byte gets through, whether in the leaf or above it")
    func everyByte() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Xorshift(seed: seed)
        let root = try Signer(.authority("root"))
        let signer = try root.signer(.authority("int"))
        let leaf = try signer.issue(.leaf())
        try #require(try code([leaf, signer.der], [root]) == "verified")
        for index in leaf.indices {
            var spoilt = leaf
            spoilt[index] ^= UInt8.random(in: 1...255, using: &random)
            #expect(try code([spoilt, signer.der], [root]) != "verified", "byte \(index), seed \(seed)")
        }
        for index in signer.der.indices {
            var spoilt = signer.der
            spoilt[index] ^= UInt8.random(in: 1...255, using: &random)
            #expect(try code([leaf, spoilt], [root]) != "verified", "byte \(index), seed \(seed)")
        }
    }

    @Test("Random surgery on certificates and bundles never traps, and nothing of it is believed")
    func surgery() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Xorshift(seed: seed)
        let root = try Signer(.authority("root"))
        let leaf = try root.issue(.leaf())
        let now = NumericDate(seconds: CertificateSpec.now)
        let domain = try TrustDomain(validating: "example.org")
        for _ in 0..<1_500 {
            var bytes = random.next() % 2 == 0 ? leaf : root.der
            for _ in 0...random.next() % 4 {
                let at = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: at)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
                }
            }
            guard bytes != leaf, bytes != root.der else { continue }
            #expect(try code([bytes], [root]) != "verified", "seed \(seed)")
            // As an authority, changed bytes may still hold the old key; all that matters is that they do not trap.
            let bundle = try TrustBundle(trustDomain: domain, x509Authorities: [bytes])
            _ = X509SVID.outcome(of: [leaf], bundles: try TrustBundles([bundle]), at: now)
        }
    }
}
