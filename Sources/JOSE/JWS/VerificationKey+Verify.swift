// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

extension VerificationKey {
    /// Whether `signature` is this key's over `input`, by an algorithm that belongs to the key.
    ///
    /// ECDSA signatures are `R || S` of exactly twice the coordinate length (RFC 7518 section 3.4). For every valid
    /// `(R, S)` the pair `(R, n - S)` is valid as well, and RFC 7518 asks for neither: whoever must know a token
    /// again remembers its `jti`, or the hash of what was signed, rather than that of the whole token.
    func verifies(_ signature: [UInt8], over input: ArraySlice<UInt8>, algorithm: SignatureAlgorithm) -> Bool {
        switch (algorithm, material) {
        case (.es256, .p256(let key)):
            guard let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: SHA256.hash(data: input))
        case (.es384, .p384(let key)):
            guard let parsed = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: SHA384.hash(data: input))
        case (.es512, .p521(let key)):
            guard let parsed = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: SHA512.hash(data: input))
        case (.edDSA, .ed25519(let key)), (.ed25519, .ed25519(let key)):
            return signature.count == 64 && key.isValidSignature(signature, for: input)
        case (.rs256, .rsa(let key, let modulus, _)):
            return rsa(key, modulus, signature, SHA256.hash(data: input), .insecurePKCS1v1_5)
        case (.rs384, .rsa(let key, let modulus, _)):
            return rsa(key, modulus, signature, SHA384.hash(data: input), .insecurePKCS1v1_5)
        case (.rs512, .rsa(let key, let modulus, _)):
            return rsa(key, modulus, signature, SHA512.hash(data: input), .insecurePKCS1v1_5)
        case (.ps256, .rsa(let key, let modulus, _)):
            return rsa(key, modulus, signature, SHA256.hash(data: input), .PSS)
        case (.ps384, .rsa(let key, let modulus, _)):
            return rsa(key, modulus, signature, SHA384.hash(data: input), .PSS)
        case (.ps512, .rsa(let key, let modulus, _)):
            return rsa(key, modulus, signature, SHA512.hash(data: input), .PSS)
        default: return false
        }
    }

    /// An RSA signature is exactly as long as the modulus (RFC 8017 sections 8.1.2 and 8.2.2).
    private func rsa(
        _ key: _RSA.Signing.PublicKey,
        _ modulus: [UInt8],
        _ signature: [UInt8],
        _ digest: some Digest,
        _ padding: _RSA.Signing.Padding
    ) -> Bool {
        guard signature.count == modulus.count else { return false }
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature),
            for: digest,
            padding: padding
        )
    }
}
