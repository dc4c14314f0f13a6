// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// What a server keeps instead of a password for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677), in the form that PostgreSQL
/// stores and takes as a password in `CREATE ROLE`: the password itself never reaches it, nor its statement log.
public struct ScramVerifier: Sendable, CustomStringConvertible {
    /// `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`.
    public let description: String

    /// The verifier of a password.
    ///
    /// - Parameters:
    ///   - password: Visible ASCII, which SASLprep leaves as it is (RFC 4013).
    ///   - salt: Random bytes, at least 16.
    ///   - iterations: How often it is hashed. One is enough for 256 random bits: there is nothing to guess.
    public init(password: String, salt: [UInt8], iterations: Int = 1) {
        let key = SymmetricKey(data: Array(password.utf8))
        // Hi() of RFC 5802 section 2.2: PBKDF2 with one block.
        var round = Array(HMAC<SHA256>.authenticationCode(for: salt + [0, 0, 0, 1], using: key))
        var salted = round
        for _ in 1..<max(1, iterations) {
            round = Array(HMAC<SHA256>.authenticationCode(for: round, using: key))
            for place in salted.indices { salted[place] ^= round[place] }
        }
        let saltedKey = SymmetricKey(data: salted)
        let clientKey = Array(HMAC<SHA256>.authenticationCode(for: Array("Client Key".utf8), using: saltedKey))
        let serverKey = Array(HMAC<SHA256>.authenticationCode(for: Array("Server Key".utf8), using: saltedKey))
        let storedKey = Array(SHA256.hash(data: clientKey))
        description =
            "SCRAM-SHA-256$\(max(1, iterations)):\(Self.base64(salt))$\(Self.base64(storedKey)):\(Self.base64(serverKey))"
    }

    /// The usual base 64 with padding (RFC 4648 section 4).
    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word = 0
            for byte in group { word = word << 8 | Int(byte) }
            word <<= 8 * (3 - group.count)
            for place in 0..<4 {
                text.append(place <= group.count ? digits[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
