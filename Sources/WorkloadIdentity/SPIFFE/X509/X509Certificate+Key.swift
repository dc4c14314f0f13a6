// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
internal import SwiftASN1
internal import X509

extension X509Certificate {
    private static let rsa: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 1]
    private static let ellipticCurve: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 2, 1]
    private static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]

    /// The members of a JWK that are the key, and nothing else (RFC 7518 section 6, RFC 8037 section 2); nil for a
    /// kind of key that has no JWK here.
    var jwk: JSONObject? {
        let bytes = certificate.publicKey.subjectPublicKeyInfoBytes
        switch keyAlgorithm {
        case Self.rsa:
            guard let (modulus, exponent) = try? Self.rsaParameters(bytes) else { return nil }
            return Self.object([("kty", "RSA"), ("n", Base64URL.string(modulus)), ("e", Base64URL.string(exponent))])
        case Self.ellipticCurve:
            let curve: String
            switch bytes.count {
            case 65: curve = "P-256"
            case 97: curve = "P-384"
            case 133: curve = "P-521"
            default: return nil
            }
            let size = bytes.count / 2
            return Self.object([
                ("kty", "EC"), ("crv", curve), ("x", Base64URL.string(bytes.dropFirst().prefix(size))),
                ("y", Base64URL.string(bytes.suffix(size))),
            ])
        case Self.ed25519:
            return Self.object([("kty", "OKP"), ("crv", "Ed25519"), ("x", Base64URL.string(bytes))])
        default: return nil
        }
    }

    /// Throws for a key that no JWK could have either: an RSA key that is too short or too long, of a broken
    /// generator, or with a strange exponent. On a curve there is no weak key that parses.
    func checkKey() throws(X509SVIDRefusal) {
        guard keyAlgorithm == Self.rsa else { return }
        do throws(JOSEError) {
            _ = try VerificationKey(jwk: .object(jwk ?? JSONObject()))
        } catch {
            throw X509SVIDRefusal(.key, "a certificate has an RSA key that is malformed or too weak")
        }
    }

    private static func object(_ members: [(String, String)]) -> JSONObject {
        JSONObject(members.map { ($0.0, .string($0.1)) })
    }

    /// Modulus and exponent of an RSAPublicKey (RFC 8017 appendix A.1.1), big-endian without leading zeros.
    private static func rsaParameters(_ bytes: ArraySlice<UInt8>) throws -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        try DER.sequence(DER.parse(bytes), identifier: .sequence) { nodes in
            let modulus = try ArraySlice<UInt8>(derEncoded: &nodes)
            let exponent = try ArraySlice<UInt8>(derEncoded: &nodes)
            return (modulus.drop { $0 == 0 }, exponent.drop { $0 == 0 })
        }
    }
}
