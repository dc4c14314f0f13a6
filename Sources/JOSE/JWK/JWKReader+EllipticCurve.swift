// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import StrictJSON

extension JWKReader {
    private static let foreign = ["n", "e", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// An EC key (RFC 7518 section 6.2): the point must lie on the curve.
    func ellipticCurve(
        _ rule: VerificationKey.PrivateMembers
    ) throws(JOSEError) -> (VerificationKey.Material, SignatureAlgorithms) {
        try refuseMembers(Self.foreign)
        let withPrivate = try hasPrivate(["d"], rule)
        switch try string("crv") {
        case "P-256":
            let point = try point(coordinate: 32)
            guard let key = try? P256.Signing.PublicKey(x963Representation: point) else { throw Self.notOnCurve }
            if withPrivate {
                let half = try bytes("d", count: 32)
                try belongs(
                    (try? P256.Signing.PrivateKey(rawRepresentation: half))?.publicKey.x963Representation,
                    point
                )
            }
            return (.p256(key), .es256)
        case "P-384":
            let point = try point(coordinate: 48)
            guard let key = try? P384.Signing.PublicKey(x963Representation: point) else { throw Self.notOnCurve }
            if withPrivate {
                let half = try bytes("d", count: 48)
                try belongs(
                    (try? P384.Signing.PrivateKey(rawRepresentation: half))?.publicKey.x963Representation,
                    point
                )
            }
            return (.p384(key), .es384)
        case "P-521":
            let point = try point(coordinate: 66)
            guard let key = try? P521.Signing.PublicKey(x963Representation: point) else { throw Self.notOnCurve }
            if withPrivate {
                let half = try bytes("d", count: 66)
                try belongs(
                    (try? P521.Signing.PrivateKey(rawRepresentation: half))?.publicKey.x963Representation,
                    point
                )
            }
            return (.p521(key), .es512)
        default: throw JOSEError(.keyUnsupported, "this elliptic curve is not supported")
        }
    }

    /// Whether the public key derived from a private half is the one that stands beside it.
    func belongs(_ derived: (some Sequence<UInt8>)?, _ expected: [UInt8]) throws(JOSEError) {
        guard let derived, expected.elementsEqual(derived) else {
            throw JOSEError(.keyPrivate, "the private half of the JWK does not belong to its public half")
        }
    }

    /// The uncompressed point of SEC 1 section 2.3.3.
    private func point(coordinate size: Int) throws(JOSEError) -> [UInt8] {
        [0x04] + (try bytes("x", count: size)) + (try bytes("y", count: size))
    }

    private static let notOnCurve = JOSEError(.keyMalformed, "the point of the JWK is not on its curve")
}
