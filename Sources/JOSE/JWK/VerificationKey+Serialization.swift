// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
public import StrictJSON

extension VerificationKey {
    /// The public JWK of the required members alone, as RFC 7638 section 3.2 lists them.
    public var bareJWK: JSONObject { JSONObject(requiredMembers.map { ($0.0, .string($0.1)) }) }

    /// The public JWK: the members of the key, then `use`, `alg` when it is one, and `kid`.
    public var jwk: JSONObject {
        var object = bareJWK
        object["use"] = "sig"
        let names = algorithms.algorithms
        if names.count == 1, let name = names.first { object["alg"] = .string(name.rawValue) }
        if case .ed25519 = material, names.count > 1 { object["alg"] = .string(SignatureAlgorithm.edDSA.rawValue) }
        if let keyID { object["kid"] = .string(keyID) }
        return object
    }

    /// The SHA-256 thumbprint of the key (RFC 7638), 32 bytes.
    ///
    /// It depends on the key alone: not on `kid`, `alg` or `use`, nor on member order or spacing.
    public var thumbprint: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in requiredMembers {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        return Array(SHA256.hash(data: writer.bytes))
    }

    /// The required members in the order of their names, which RFC 7638 section 3 prescribes.
    private var requiredMembers: [(String, String)] {
        switch material {
        case .p256(let key): Self.members("P-256", point: Array(key.x963Representation))
        case .p384(let key): Self.members("P-384", point: Array(key.x963Representation))
        case .p521(let key): Self.members("P-521", point: Array(key.x963Representation))
        case .ed25519(let key):
            [("crv", "Ed25519"), ("kty", "OKP"), ("x", Base64URL.string(Array(key.rawRepresentation)))]
        case .rsa(_, let modulus, let exponent):
            [("e", Base64URL.string(exponent)), ("kty", "RSA"), ("n", Base64URL.string(modulus))]
        }
    }

    private static func members(_ curve: String, point: [UInt8]) -> [(String, String)] {
        let size = point.count / 2
        return [
            ("crv", curve), ("kty", "EC"), ("x", Base64URL.string(point.dropFirst().prefix(size))),
            ("y", Base64URL.string(point.suffix(size))),
        ]
    }
}
