// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the registered claims and the type of a token must be (RFC 7519 section 4.1, RFC 8725 sections 3.8 to 3.11).
///
/// The defaults are strict: nothing that is not listed is accepted.
public struct ClaimsRules: Sendable {
    /// `iss` must equal this, byte by byte.
    public var issuer: String
    /// Every audience of the token must be one of these, and it must have one. An audience that is not listed here
    /// also receives the token and could present it (OpenID Connect Core section 3.1.3.7, rule 3).
    public var audiences: [String]
    /// The types accepted.
    public var types: [TokenType]
    /// How far clocks may disagree, in seconds.
    public var skewSeconds: Int64
    /// The longest time from `iat` to `exp`, in seconds.
    public var maximumLifetimeSeconds: Int64
    /// The claims that must be there, besides `iss`, `aud`, `exp` and `iat`, which always must.
    public var required: [RegisteredClaim]

    /// Rules of the given values.
    public init(
        issuer: String,
        audiences: [String],
        types: [TokenType],
        skewSeconds: Int64,
        maximumLifetimeSeconds: Int64,
        required: [RegisteredClaim] = [.subject]
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.types = types
        self.skewSeconds = skewSeconds
        self.maximumLifetimeSeconds = maximumLifetimeSeconds
        self.required = required
    }

    /// Why a token of this header and these claims is refused at `now`, nil when it is not.
    ///
    /// Deterministic: the time is a value, and the first broken rule in the order of this function is the reason.
    ///
    /// - Parameter issuerIsOptional: Whether `iss` may be absent, for kinds of token that leave it to the key to say
    ///   who issued them. One that is there must still be right.
    public func refusal(
        of claims: JWTClaims,
        header: JWSHeader,
        issuerIsOptional: Bool = false,
        at now: NumericDate
    ) -> ClaimsRefusal? {
        guard types.contains(TokenType(header.type)) else { return .type }
        if let issuer = claims.issuer {
            guard issuer.utf8.elementsEqual(self.issuer.utf8) else { return .issuer }
        } else if !issuerIsOptional {
            return .missing(.issuer)
        }
        guard !claims.audiences.isEmpty else { return .missing(.audience) }
        for audience in claims.audiences where !audiences.contains(where: { $0.utf8.elementsEqual(audience.utf8) }) {
            return .audience
        }
        guard let expiresAt = claims.expiresAt else { return .missing(.expiresAt) }
        guard let issuedAt = claims.issuedAt else { return .missing(.issuedAt) }
        for claim in required where !claims.has(claim) { return .missing(claim) }
        guard issuedAt < expiresAt else { return .timesDisordered }
        guard expiresAt <= issuedAt.advanced(bySeconds: maximumLifetimeSeconds) else { return .lifetime }
        // RFC 7519 section 4.1.4: on or after `exp` the token is no longer accepted.
        guard now < expiresAt.advanced(bySeconds: skewSeconds) else { return .expired(at: expiresAt) }
        guard issuedAt <= now.advanced(bySeconds: skewSeconds) else { return .issuedInFuture(at: issuedAt) }
        if let notBefore = claims.notBefore {
            guard notBefore < expiresAt else { return .timesDisordered }
            guard notBefore <= now.advanced(bySeconds: skewSeconds) else { return .notYetValid(until: notBefore) }
        }
        return nil
    }
}
