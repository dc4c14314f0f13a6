// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The Ed25519 private half of a note key. It shows itself to nobody.
struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    let verifier: VerifierKey

    /// `seed` is the 32-byte private key of RFC 8032 section 5.1.5.
    init(name: KeyName, algorithm: VerifierKey.Algorithm, seed: [UInt8]) throws(TransparencyLogError) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw TransparencyLogError(.key, "an Ed25519 private key has 32 bytes")
        }
        try self.init(name: name, algorithm: algorithm, key: key)
    }

    /// Draws a new key.
    init(generating name: KeyName, algorithm: VerifierKey.Algorithm) throws(TransparencyLogError) {
        try self.init(name: name, algorithm: algorithm, key: Curve25519.Signing.PrivateKey())
    }

    private init(
        name: KeyName,
        algorithm: VerifierKey.Algorithm,
        key: Curve25519.Signing.PrivateKey
    ) throws(TransparencyLogError) {
        guard let publicKey = Hash32(bytes: key.publicKey.rawRepresentation) else {
            throw TransparencyLogError(.key, "an Ed25519 public key has 32 bytes")
        }
        self.key = key
        verifier = VerifierKey(name: name, algorithm: algorithm, publicKey: publicKey)
    }

    var seed: [UInt8] {
        Array(key.rawRepresentation)
    }

    func sign(_ message: [UInt8]) throws(TransparencyLogError) -> [UInt8] {
        do {
            return Array(try key.signature(for: message))
        } catch {
            throw TransparencyLogError(.signing, "the note could not be signed")
        }
    }
}
