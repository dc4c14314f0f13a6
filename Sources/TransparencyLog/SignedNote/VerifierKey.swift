// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A public key that may sign notes, with the name it signs under.
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    /// The signature types of c2sp.org/signed-note that this library verifies, by their identifier byte.
    public enum Algorithm: UInt8, Sendable, Hashable {
        /// Ed25519 over the text of the note.
        case ed25519 = 0x01
        /// A timestamped Ed25519 cosignature of a checkpoint (c2sp.org/tlog-cosignature, `cosignature/v1`).
        case cosignatureV1 = 0x04
    }

    /// The name that the key signs under.
    public let name: KeyName
    /// How the key signs.
    public let algorithm: Algorithm
    /// The 32 bytes of the Ed25519 public key (RFC 8032).
    public let publicKey: Hash32

    /// Takes a key from its parts.
    public init(name: KeyName, algorithm: Algorithm, publicKey: Hash32) {
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
    }

    /// The first four bytes of SHA-256(name || 0x0A || type || public key), the first being the highest.
    public var keyID: UInt32 {
        let rest = [LogText.newline] + encodedKey
        return Hash32(hashing: Array(name.text.utf8), rest.span).bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private var encodedKey: [UInt8] {
        [algorithm.rawValue] + publicKey.bytes
    }

    /// The text form, `name+keyid+base64(type || public key)`.
    public var description: String {
        let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> (24 - 8 * $0)) }
        return "\(name)+\(Hexadecimal.encode(id))+\(Base64.encode(encodedKey))"
    }

    /// Reads the text form. Throws `.key` when it is malformed, of a type not verified here, or its id is not its own.
    public init(_ text: String) throws(TransparencyLogError) {
        let fields = try Self.fields(of: text)
        guard let first = fields.material.first, let algorithm = Algorithm(rawValue: first) else {
            throw TransparencyLogError(.key, "the verifier key is of a type that is not supported")
        }
        guard let publicKey = Hash32(bytes: fields.material.dropFirst()) else {
            throw TransparencyLogError(.key, "an Ed25519 public key has 32 bytes")
        }
        self.init(name: fields.name, algorithm: algorithm, publicKey: publicKey)
        guard keyID == fields.keyID else {
            throw TransparencyLogError(.key, "the key id is not that of the name and key beside it")
        }
    }

    /// Splits `name+keyid+base64`; the base64 may hold plus signs of its own, the others cannot.
    static func fields(
        of text: String
    ) throws(TransparencyLogError) -> (name: KeyName, keyID: UInt32, material: [UInt8]) {
        let parts = Array(text.utf8).split(
            separator: UInt8(ascii: "+"),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, let id = Hexadecimal.word(parts[1]), let material = Base64.decode(parts[2]) else {
            throw TransparencyLogError(.key, "a key is written name+keyid+base64")
        }
        return (try KeyName(String(decoding: parts[0], as: UTF8.self)), id, material)
    }

    /// Whether `signature` is this key's over `message` (RFC 8032 section 5.1.7).
    func isSignature(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey.bytes)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }
}
