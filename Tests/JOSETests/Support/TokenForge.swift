// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import JOSE

/// Makes tokens no honest signer would: any header bytes, any spelling, with a signature that is right.
struct TokenForge {
    let key = SigningKey.generate(.es256, keyID: "forge")
    private let secret: P256.Signing.PrivateKey

    init() throws { secret = try P256.Signing.PrivateKey(rawRepresentation: key.secretBytes) }

    /// The key set that verifies what is forged.
    var keys: JWKSet { JWKSet([key.verificationKey]) }

    /// A token of exactly these header and payload bytes, correctly signed.
    func token(header: String, payload: String = #"{"iss":"https://issuer.example"}"#) throws -> String {
        try token(part: Base64URL.string(header.utf8), Base64URL.string(payload.utf8))
    }

    /// A token of parts already encoded, correctly signed over their spelling.
    func token(part header: String, _ payload: String) throws -> String {
        let input = "\(header).\(payload)"
        let signature = try secret.signature(for: SHA256.hash(data: Array(input.utf8)))
        return "\(input).\(Base64URL.string(Array(signature.rawRepresentation)))"
    }

    /// What becomes of a token: the code of its refusal, or `valid`.
    func verdict(_ token: String) -> String {
        do throws(JOSEError) {
            _ = try UnverifiedJWS(compact: token).verified(with: keys, allowing: .all).get()
            return "valid"
        } catch {
            return error.code.description
        }
    }
}

/// A generator whose seed is printed, so that a failing run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    let seed: UInt64

    init(seed: UInt64 = .random(in: .min ... .max), _ name: String) {
        self.seed = seed
        state = seed
        print("\(name): seed \(seed)")
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
