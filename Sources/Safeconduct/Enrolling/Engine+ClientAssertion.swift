// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel

/// An operator whom a client assertion proves, once it is spent.
public struct AssertedCaller: Sendable {
    /// The operator.
    public let caller: Caller
    /// What has to be spent before anything is done for them.
    public let use: AssertionUse
}

/// A client assertion's `jti`, which counts once.
public struct AssertionUse: Sendable, Hashable {
    let holder: ObjectID
    let identifier: String
    let issuedAt: Timestamp
    let until: Timestamp
}

extension Engine {
    /// The longest time from `iat` to `exp` of a client assertion, in seconds.
    public static var longestAssertionSeconds: Int64 { 300 }
    /// How far ahead an operator's clock may run, in seconds.
    static var assertionSkewSeconds: Int64 { 30 }

    /// The operator that a client assertion proves (RFC 7523 section 3), if ``spend(_:)`` says that it counts for the
    /// first time. From memory, so that a stranger waits for no disk and keeps none busy.
    ///
    /// A JWT by a key that an enrolment registered, named in `kid` by its thumbprint: `iss` and `sub` the operator's name
    /// or id, `aud` the origin of the control log alone, `iat`, `exp` at most 300 seconds later, and a `jti` that counts
    /// once. What is wrong is told only to who holds the key.
    public func caller(assertion token: String) -> Result<AssertedCaller, CallerRefusal> {
        let view = self.view
        let now = self.now()
        guard token.utf8.count <= 4096, let unverified = try? UnverifiedJWS(compact: token),
            let fingerprint = unverified.header.keyID.flatMap({ Fingerprint(thumbprint: $0) }),
            let credential = view.state.credential(fingerprint: fingerprint),
            credential.object.holder.kind == .operator,
            let key = credential.object.verificationKey,
            case .success(let verified) = unverified.verified(with: key, allowing: VerificationKey.operatorAlgorithms),
            let claims = try? JWTClaims(verified)
        else { return .failure(.assertion) }
        // Whether the key still counts is told to its holder, and comes before anything is spent.
        let caller: Caller
        switch view.state.caller(credential, at: now) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let holder): caller = holder
        }
        if let refusal = refusal(of: claims, verified.header, view.state, at: now) { return .failure(refusal) }
        guard names(claims.issuer, caller, view.state), names(claims.subject, caller, view.state) else {
            return .failure(.assertion)
        }
        guard let identifier = claims.identifier, identifier.utf8.count <= 256, let issuedAt = claims.issuedAt,
            let expiresAt = claims.expiresAt
        else { return .failure(.assertion) }
        // Whole seconds are what most libraries write: within that second it may have been issued at any moment.
        let issued = Timestamp(issuedAt).advanced(byMilliseconds: 999)
        let until = Timestamp(expiresAt).advanced(byMilliseconds: 1000)
        let use = AssertionUse(holder: caller.id, identifier: identifier, issuedAt: issued, until: until)
        return .success(AssertedCaller(caller: caller, use: use))
    }

    /// Spends a client assertion at all nodes; false when it was spent before or that can't be known.
    public func spend(_ use: AssertionUse) async -> Bool {
        await spendOnce(use.identifier, in: "assertion:\(use.holder)", issuedAt: use.issuedAt, until: use.until)
    }

    private func refusal(
        of claims: JWTClaims,
        _ header: JWSHeader,
        _ state: TrustState,
        at now: Timestamp
    ) -> CallerRefusal? {
        let rules = ClaimsRules(
            issuer: claims.issuer ?? "",
            audiences: [state.opening?.origin ?? ""],
            types: [TokenType(nil), TokenType("JWT"), TokenType("client-authentication+jwt")],
            skewSeconds: 0,
            maximumLifetimeSeconds: Self.longestAssertionSeconds,
            required: [.subject, .identifier]
        )
        // `exp` has no tolerance: the replay memory ends with it.
        switch rules.refusal(of: claims, header: header, at: NumericDate(now)) {
        case nil: return nil
        case .audience?, .missing(.audience)?: return .assertionAudience
        case .expired?: return .assertionExpired
        case .issuedInFuture(let at)?:
            // A clock that runs a little ahead is no reason to keep its owner out.
            let slack = NumericDate(now).advanced(bySeconds: Self.assertionSkewSeconds)
            return at <= slack && claims.notBefore.map({ $0 <= slack }) ?? true ? nil : .assertionTimes
        case .lifetime?, .timesDisordered?, .notYetValid?: return .assertionTimes
        default: return .assertion
        }
    }

    /// Whether a claim names the operator, by name or id.
    private func names(_ claim: String?, _ caller: Caller, _ state: TrustState) -> Bool {
        guard let claim, case .operator(let record, _) = caller else { return false }
        return claim == record.object.name || claim == record.object.id.description
    }
}
