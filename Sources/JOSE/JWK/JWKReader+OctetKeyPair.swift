// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import StrictJSON

extension JWKReader {
    private static let foreign = ["y", "n", "e", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// An Ed25519 key (RFC 8037 section 2).
    func octetKeyPair(
        _ rule: VerificationKey.PrivateMembers
    ) throws(JOSEError) -> (VerificationKey.Material, SignatureAlgorithms) {
        try refuseMembers(Self.foreign)
        let withPrivate = try hasPrivate(["d"], rule)
        guard sameBytes(try string("crv"), "Ed25519") else {
            throw JOSEError(.keyUnsupported, "this octet key pair is not Ed25519")
        }
        let encoded = try bytes("x", count: 32)
        guard Ed25519Point.isSound(encoded), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: encoded)
        else { throw JOSEError(.keyMalformed, "the point of the JWK is no sound Ed25519 public key") }
        if withPrivate {
            let half = try bytes("d", count: 32)
            try belongs(
                (try? Curve25519.Signing.PrivateKey(rawRepresentation: half))?.publicKey.rawRepresentation,
                encoded
            )
        }
        return (.ed25519(key), [.edDSA, .ed25519])
    }
}

/// Checks of an encoded Ed25519 public key that verification itself does not make.
enum Ed25519Point {
    /// 2^255 - 19, little-endian.
    private static let prime: [UInt8] = [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]

    /// The y coordinates of the eight points of small order: 0, 1, -1 and the two of order eight. Under such a key
    /// one signature fits many messages, so it proves that nobody signed anything.
    private static let smallOrder: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
    ]

    /// Whether the 32 bytes are the one canonical encoding of a point that is not of small order.
    static func isSound(_ encoded: [UInt8]) -> Bool {
        guard encoded.count == 32 else { return false }
        var coordinate = encoded
        coordinate[31] &= 0x7F
        return coordinate.reversed().lexicographicallyPrecedes(prime.reversed()) && !smallOrder.contains(coordinate)
    }
}
