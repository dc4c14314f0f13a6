// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import JOSE
import StrictJSON

/// A DPoP proof: the holder of a key says which request it makes (RFC 9449 section 4.2).
///
/// Read and verified by its own key, and not yet compared with any request: ``DPoPRules`` does that.
public struct DPoPProof: Sendable {
    /// The `typ` of a proof, exactly (RFC 9449 section 4.2).
    public static let type = "dpop+jwt"
    /// The most bytes of a proof: room for an RSA key of 8192 bits and its signature.
    public static let maximumBytes = 8 << 10
    /// The longest `jti`, in bytes.
    public static let maximumIdentifierBytes = 256

    /// The key that signed it, which it brought itself.
    public let key: VerificationKey
    /// The algorithm that was used.
    public let algorithm: SignatureAlgorithm
    /// `jti`
    public let identifier: String
    /// `htm`
    public let method: String
    /// `htu` in normal form.
    public let target: DPoPTarget
    /// `iat`
    public let issuedAt: NumericDate
    /// `ath`, the SHA-256 of an access token; nil when absent.
    public let accessTokenHash: [UInt8]?
    /// `nonce`; nil when absent.
    public let nonce: String?

    /// Reads the value of a `DPoP` header field. The caller sees to it that there was exactly one (section 4.3,
    /// number 1).
    ///
    /// - Parameters:
    ///   - text: The proof, a JWS in compact serialization.
    ///   - algorithms: The algorithms that are accepted, all of them asymmetric.
    /// - Throws: ``DPoPRefusal`` with `token` or `claim`.
    public init(_ text: String, allowing algorithms: SignatureAlgorithms) throws(DPoPRefusal) {
        let token: SelfSignedJWS
        let claims: JWTClaims
        do throws(JOSEError) {
            token = try SelfSignedJWS(
                compact: Array(text.utf8),
                type: Self.type,
                allowing: algorithms,
                limits: JWSLimits(maximumBytes: Self.maximumBytes)
            )
            claims = try JWTClaims(token)
        } catch {
            throw .token(error)
        }
        key = token.key
        algorithm = token.algorithm
        guard let identifier = claims.identifier, identifier.utf8.count <= Self.maximumIdentifierBytes else {
            throw .claim("jti")
        }
        self.identifier = identifier
        guard let method = claims.members["htm"]?.stringValue, (1...64).contains(method.utf8.count) else {
            throw .claim("htm")
        }
        self.method = method
        guard let target = claims.members["htu"]?.stringValue.flatMap({ DPoPTarget($0) }) else { throw .claim("htu") }
        self.target = target
        guard let issuedAt = claims.issuedAt else { throw .claim("iat") }
        self.issuedAt = issuedAt
        if let value = claims.members["ath"] {
            guard let hash = value.stringValue.flatMap({ Base64URL.decode($0) }), hash.count == SHA256.byteCount else {
                throw .claim("ath")
            }
            accessTokenHash = hash
        } else {
            accessTokenHash = nil
        }
        if let value = claims.members["nonce"] {
            guard let text = value.stringValue, (1...256).contains(text.utf8.count) else { throw .claim("nonce") }
            nonce = text
        } else {
            nonce = nil
        }
    }

    /// The `ath` of an access token: the SHA-256 of its ASCII text (section 4.2).
    public static func hash(ofAccessToken token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
