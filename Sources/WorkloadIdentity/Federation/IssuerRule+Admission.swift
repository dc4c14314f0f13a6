// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

extension IssuerRule {
    /// Whether a token proves who calls.
    ///
    /// - Parameters:
    ///   - token: The token as it came.
    ///   - keys: The keys of this issuer.
    ///   - now: The time.
    public func admission(of token: UnverifiedJWS, keys: JWKSet, at now: NumericDate) -> FederationOutcome {
        switch token.verified(with: keys, allowing: algorithms) {
        case .success(let verified): admission(of: verified, at: now)
        case .failure(let error): .refused(.token(error))
        }
    }

    /// Whether a token whose signature was verified before by a key of this issuer proves who calls at `now`.
    ///
    /// For callers that remember verified tokens: everything but the signature is checked again, and a rule that was
    /// narrowed in the meantime narrows what was remembered.
    public func admission(of token: VerifiedJWS, at now: NumericDate) -> FederationOutcome {
        guard algorithms.contains(token.algorithm) else {
            return .refused(.algorithm)
        }
        let claims: JWTClaims
        do throws(JOSEError) {
            claims = try JWTClaims(token)
        } catch {
            return .refused(.token(error))
        }
        let rules = ClaimsRules(
            issuer: issuer.description,
            audiences: audiences,
            types: types,
            skewSeconds: skewSeconds,
            maximumLifetimeSeconds: maximumLifetimeSeconds,
            required: isOneTime ? [.subject, .identifier] : [.subject]
        )
        if let refusal = rules.refusal(of: claims, header: token.header, at: now) {
            return .refused(.claims(refusal))
        }
        for condition in conditions where !condition.isMet(by: claims.members) {
            return .refused(.condition(condition.path))
        }
        guard let subject = claims.subject, let issuedAt = claims.issuedAt, let expiresAt = claims.expiresAt else {
            return .refused(.claims(.missing(.subject)))
        }
        return .admitted(
            FederatedSubject(
                issuer: issuer,
                subject: subject,
                issuedAt: issuedAt,
                expiresAt: expiresAt,
                acceptedUntil: expiresAt.advanced(bySeconds: skewSeconds),
                oneTimeID: isOneTime ? claims.identifier : nil,
                claims: claims
            )
        )
    }
}
