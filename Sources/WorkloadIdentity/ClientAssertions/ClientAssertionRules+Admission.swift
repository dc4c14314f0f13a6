// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
import StrictJSON

extension ClientAssertionRules {
    /// Whether an assertion proves the client.
    ///
    /// - Parameters:
    ///   - token: The `client_assertion` as it came.
    ///   - keys: The keys of this client, and of nobody else.
    ///   - now: The time.
    /// - Returns: When admitted, what the caller must still spend: the first use of `jti` is not known here.
    public func admission(of token: UnverifiedJWS, keys: JWKSet, at now: NumericDate) -> ClientAssertionOutcome {
        switch token.verified(with: keys, allowing: algorithms) {
        case .success(let verified): admission(of: verified, at: now)
        case .failure(let error): .refused(.token(error))
        }
    }

    /// Whether an assertion whose signature a key of this client has verified proves the client at `now`.
    public func admission(of token: VerifiedJWS, at now: NumericDate) -> ClientAssertionOutcome {
        guard algorithms.contains(token.algorithm) else { return .refused(.algorithm) }
        let claims: JWTClaims
        do throws(JOSEError) {
            claims = try JWTClaims(token)
        } catch {
            return .refused(.token(error))
        }
        let issuer = claims.issuer ?? ""
        let rules = ClaimsRules(
            issuer: names.first { sameBytes($0, issuer) } ?? names[0],
            audiences: [audience] + legacyAudiences,
            types: Self.types,
            skewSeconds: max(skewSeconds, graceSeconds),
            maximumLifetimeSeconds: maximumLifetimeSeconds,
            required: [.subject, .identifier]
        )
        if let refusal = rules.refusal(of: claims, header: token.header, at: now) { return .refused(.claims(refusal)) }
        guard let subject = claims.subject, let identifier = claims.identifier, let issuedAt = claims.issuedAt,
            let expiresAt = claims.expiresAt
        else { return .refused(.claims(.missing(.subject))) }
        guard sameBytes(subject, issuer) else { return .refused(.subject) }
        guard identifier.utf8.count <= ClientAssertion.maximumIdentifierBytes else { return .refused(.identifier) }
        // The shared rules know one tolerance; here a clock ahead of ours and an end that has passed have their own.
        let acceptedUntil = expiresAt.advanced(bySeconds: graceSeconds)
        let ahead = now.advanced(bySeconds: skewSeconds)
        guard now < acceptedUntil else { return .refused(.claims(.expired(at: expiresAt))) }
        guard issuedAt <= ahead else { return .refused(.claims(.issuedInFuture(at: issuedAt))) }
        if let notBefore = claims.notBefore, notBefore > ahead {
            return .refused(.claims(.notYetValid(until: notBefore)))
        }
        return .admitted(
            ClientAssertion(
                subject: subject,
                identifier: identifier,
                issuedAt: issuedAt,
                expiresAt: expiresAt,
                acceptedUntil: acceptedUntil,
                usedLegacyAudience: claims.audiences.contains { !sameBytes($0, audience) }
            )
        )
    }
}
