// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A token verified by the key that it brings along in `jwk` (RFC 7515 section 4.1.3).
///
/// It proves that its sender holds that key, and nothing else: whoever makes one chooses the key. So it is no
/// ``VerifiedJWS`` and nothing that expects an issuer's token takes it; a proof of possession (DPoP, RFC 9449) compares
/// the key with one that was bound before. Everywhere else a header with `jwk` stays refused.
public struct SelfSignedJWS: Sendable {
    /// The header. A `kid` in it names nothing here and is ignored.
    public let header: JWSHeader
    /// The algorithm that was used, which is the key's.
    public let algorithm: SignatureAlgorithm
    /// The bytes that were signed.
    public let payload: [UInt8]
    /// The public key that the token brought and that verified it.
    public let key: VerificationKey

    /// Reads and verifies a token in compact serialization (RFC 7515 section 7.1).
    ///
    /// - Parameters:
    ///   - bytes: The token, ASCII, without surrounding space.
    ///   - type: What `typ` must be, byte by byte; one that names no kind of proof could pass for another kind.
    ///   - allowed: The algorithms that the caller accepts; the key's own list holds besides.
    ///   - limits: What it may cost.
    /// - Throws: ``JOSEError`` when the token is malformed, of another type, brings no key or one that is private,
    ///   weak or not for the token's algorithm, or when the signature does not verify.
    public init(
        compact bytes: [UInt8],
        type: String,
        allowing allowed: SignatureAlgorithms,
        limits: JWSLimits = .standard
    ) throws(JOSEError) {
        let compact = try CompactSerialization(bytes, limits: limits, embeddedKey: .required)
        guard let written = compact.header.type, written.utf8.elementsEqual(type.utf8) else {
            throw JOSEError(.header, "'typ' of the header is not '\(type)'")
        }
        algorithm = try compact.algorithm()
        guard allowed.contains(algorithm) else {
            throw JOSEError(.algorithmNotAllowed, "the token's algorithm is not allowed here")
        }
        guard let jwk = compact.header.embeddedKey else { throw JOSEError(.header, "the header has no 'jwk'") }
        let key = try VerificationKey(jwk: jwk)
        guard key.algorithms.contains(algorithm) else {
            throw JOSEError(.algorithmMismatch, "the token's algorithm is not that of its key")
        }
        guard key.verifies(compact.signature, over: compact.signingInput, algorithm: algorithm) else {
            throw JOSEError(.signature, "the signature does not verify")
        }
        header = compact.header
        payload = compact.payload
        self.key = key
    }
}

extension JWTClaims {
    /// The claims of a token that its own sender signed: what the holder of the key says, and nobody else.
    ///
    /// - Throws: ``JOSEError`` as for a verified token.
    public init(_ token: SelfSignedJWS) throws(JOSEError) { try self.init(payload: token.payload) }
}

extension SigningKey {
    /// The compact serialization of `payload`, signed, with this key's public half in `jwk` instead of its name.
    ///
    /// For a client's proofs of possession; whoever receives one reads it as ``SelfSignedJWS``.
    ///
    /// - Throws: ``JOSEError`` when the key cannot sign.
    public func signEmbeddingKey(_ payload: some Sequence<UInt8>, type: String) throws(JOSEError) -> [UInt8] {
        try sign(payload, header: [("typ", .string(type)), ("jwk", .object(verificationKey.bareJWK))])
    }
}
