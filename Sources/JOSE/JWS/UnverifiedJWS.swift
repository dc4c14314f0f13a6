// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A well-formed token whose signature nobody has checked.
///
/// It says which key and algorithm it claims, and nothing else can be had from it but by ``verified(with:allowing:)``
/// (the issuer and the subject it claims excepted, without which no key could be looked up).
public struct UnverifiedJWS: Sendable {
    private let compact: CompactSerialization
    /// The algorithm that the header names.
    public let algorithm: SignatureAlgorithm

    /// Reads a token in compact serialization (RFC 7515 section 7.1).
    ///
    /// - Parameters:
    ///   - bytes: The token, ASCII, without surrounding space.
    ///   - limits: What it may cost.
    /// - Throws: ``JOSEError`` when the token is malformed, not canonical, too large, unsigned, symmetric, or has a
    ///   header that is not allowed.
    public init(compact bytes: [UInt8], limits: JWSLimits = .standard) throws(JOSEError) {
        compact = try CompactSerialization(bytes, limits: limits)
        algorithm = try compact.algorithm()
    }

    /// Reads a token in compact serialization, as ``init(compact:limits:)-([UInt8],_)``.
    public init(compact text: String, limits: JWSLimits = .standard) throws(JOSEError) {
        try self.init(compact: Array(text.utf8), limits: limits)
    }

    /// The header, which anybody may have written.
    public var header: JWSHeader { compact.header }

    /// The `iss` of the payload, which anybody may have written: good for finding the keys to verify with, and for
    /// nothing else. Nil when the payload is no JSON object with a string `iss`.
    public var claimedIssuer: String? { claimed("iss") }

    /// The `sub` of the payload, which anybody may have written, under the same conditions as ``claimedIssuer``: a
    /// SPIFFE ID says in whose keys to look.
    public var claimedSubject: String? { claimed("sub") }

    private func claimed(_ name: String) -> String? {
        guard let value = try? JSONValue(parsing: compact.payload, limits: JWTClaims.limits) else { return nil }
        return value[name]?.stringValue
    }

    /// The token once `key` has verified it, or why it is refused.
    ///
    /// - Parameters:
    ///   - key: The key that the token must have been signed with.
    ///   - allowed: The algorithms that the caller accepts; the key's own list holds besides.
    public func verified(
        with key: VerificationKey,
        allowing allowed: SignatureAlgorithms
    ) -> Result<VerifiedJWS, JOSEError> {
        guard allowed.contains(algorithm) else {
            return .failure(JOSEError(.algorithmNotAllowed, "the token's algorithm is not allowed here"))
        }
        guard key.algorithms.contains(algorithm) else {
            return .failure(JOSEError(.algorithmMismatch, "the token's algorithm is not that of its key"))
        }
        if let keyID = header.keyID, !(key.keyID.map { sameBytes($0, keyID) } ?? false) {
            return .failure(JOSEError(.keyUnknown, "the token's 'kid' is not that of the key"))
        }
        guard key.verifies(compact.signature, over: compact.signingInput, algorithm: algorithm) else {
            return .failure(JOSEError(.signature, "the signature does not verify"))
        }
        return .success(VerifiedJWS(header: header, algorithm: algorithm, payload: compact.payload, key: key))
    }

    /// The token once the key of `keys` that it names has verified it, or why it is refused.
    public func verified(
        with keys: JWKSet,
        allowing allowed: SignatureAlgorithms
    ) -> Result<VerifiedJWS, JOSEError> {
        keys.key(for: header).flatMap { verified(with: $0, allowing: allowed) }
    }
}
