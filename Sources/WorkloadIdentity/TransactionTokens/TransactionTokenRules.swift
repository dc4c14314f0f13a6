// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
import StrictJSON

/// Whether a transaction token is good here and now.
public enum TransactionTokenOutcome: Sendable {
    /// It is.
    case admitted(TransactionToken)
    /// It is not.
    case refused(TransactionTokenRefusal)
}

/// Why a transaction token is no good.
public enum TransactionTokenRefusal: Sendable, Equatable {
    /// It is malformed, its key is not the service's, or its signature is wrong.
    case token(JOSEError)
    /// It doesn't name its key.
    case keyID
    /// A registered claim or its type is refused.
    case claims(ClaimsRefusal)
    /// A claim of transaction tokens is absent or of the wrong shape, or a hop of its chain doesn't verify.
    case content(WorkloadIdentityError)
    /// It has no chain of verified hops, and the rules demand one.
    case chainMissing

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .token(let error): "token_\(error.code)"
        case .keyID: "token_key_unnamed"
        case .claims(let refusal): refusal.code
        case .content: "transaction_token"
        case .chainMissing: "transaction_chain_missing"
        }
    }
}

/// What a transaction token must be to be good in a trust domain.
public struct TransactionTokenRules: Sendable {
    /// The trust domain: the one `aud`.
    public let trustDomain: String
    /// The algorithms its service may sign with.
    public let algorithms: SignatureAlgorithms
    /// The longest time from `iat` to `exp`, in seconds.
    public let maximumLifetimeSeconds: Int64
    /// How far ahead of ours the service's clock may run, in seconds.
    public let skewSeconds: Int64
    /// Whether a token must have a chain of verified hops.
    public let requiresChain: Bool

    /// The longest lifetime that may be set: transactions take minutes at most.
    public static let ceilingSeconds: Int64 = 900

    /// Rules of the given values.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `rule` when they would admit everything or nothing.
    public init(
        trustDomain: String,
        algorithms: SignatureAlgorithms = IssuerRule.defaultAlgorithms,
        maximumLifetimeSeconds: Int64 = 300,
        skewSeconds: Int64 = 10,
        requiresChain: Bool = true
    ) throws(WorkloadIdentityError) {
        guard (1...TransactionToken.maximumNameBytes).contains(trustDomain.utf8.count) else {
            throw WorkloadIdentityError(.rule, "a trust domain has 1 to \(TransactionToken.maximumNameBytes) bytes")
        }
        guard !algorithms.isEmpty, algorithms.isSubset(of: .all) else {
            throw WorkloadIdentityError(.rule, "transaction tokens have at least one known algorithm")
        }
        guard (1...Self.ceilingSeconds).contains(maximumLifetimeSeconds),
            (0...IssuerRule.maximumSkewSeconds).contains(skewSeconds)
        else {
            throw WorkloadIdentityError(
                .rule,
                "the lifetime is 1 to \(Self.ceilingSeconds) and the skew 0 to \(IssuerRule.maximumSkewSeconds) seconds"
            )
        }
        self.trustDomain = trustDomain
        self.algorithms = algorithms
        self.maximumLifetimeSeconds = maximumLifetimeSeconds
        self.skewSeconds = skewSeconds
        self.requiresChain = requiresChain
    }

    /// Whether a token is good at `now`.
    ///
    /// - Parameters:
    ///   - token: The value of the one `Txn-Token` header field.
    ///   - keys: The keys of the trust domain's transaction token service.
    ///   - now: The time.
    public func admission(of token: UnverifiedJWS, keys: JWKSet, at now: NumericDate) -> TransactionTokenOutcome {
        guard token.header.keyID != nil else { return .refused(.keyID) }
        let verified: VerifiedJWS
        let claims: JWTClaims
        do throws(JOSEError) {
            verified = try token.verified(with: keys, allowing: algorithms).get()
            claims = try JWTClaims(verified)
        } catch {
            return .refused(.token(error))
        }
        // `iss` is optional here, and the keys are those of one service; whatever it says equals itself.
        let rules = ClaimsRules(
            issuer: claims.issuer ?? "",
            audiences: [trustDomain],
            types: [.transactionToken],
            skewSeconds: skewSeconds,
            maximumLifetimeSeconds: maximumLifetimeSeconds
        )
        if let refusal = refusal(of: claims, verified.header, rules, at: now) { return .refused(.claims(refusal)) }
        do throws(WorkloadIdentityError) {
            let transaction = try TransactionToken(claims, keys: keys, allowing: algorithms)
            guard transaction.chain != nil || !requiresChain else { return .refused(.chainMissing) }
            return .admitted(transaction)
        } catch {
            return .refused(.content(error))
        }
    }

    private func refusal(
        of claims: JWTClaims,
        _ header: JWSHeader,
        _ rules: ClaimsRules,
        at now: NumericDate
    ) -> ClaimsRefusal? {
        guard claims.audiences.count <= 1 else { return .audience }
        if let refusal = rules.refusal(of: claims, header: header, issuerIsOptional: true, at: now) { return refusal }
        // The end has no tolerance: replacement and cuts count on it.
        guard let expiresAt = claims.expiresAt, now < expiresAt else {
            return claims.expiresAt.map { .expired(at: $0) } ?? .missing(.expiresAt)
        }
        return nil
    }
}

extension TransactionToken {
    /// The token of verified claims.
    fileprivate init(
        _ claims: JWTClaims,
        keys: JWKSet,
        allowing algorithms: SignatureAlgorithms
    ) throws(WorkloadIdentityError) {
        func text(_ name: String) throws(WorkloadIdentityError) -> String {
            guard let text = claims.members[name]?.stringValue else {
                throw Self.error("'\(name)' is absent or no string")
            }
            return text
        }
        func object(_ name: String) throws(WorkloadIdentityError) -> JSONObject? {
            guard let value = claims.members[name] else { return nil }
            guard case .object(let object) = value else { throw Self.error("'\(name)' is an object") }
            return object
        }
        guard let trustDomain = claims.audiences.first, let subject = claims.subject,
            let issuedAt = claims.issuedAt, let expiresAt = claims.expiresAt
        else { throw Self.error("a transaction token has 'aud', 'sub', 'iat' and 'exp'") }
        let transaction = try text("txn")
        var chain: CallChain?
        if let claim = claims.members[CallChain.claimName] {
            chain = try CallChain(
                claim,
                transaction: transaction,
                trustDomain: trustDomain,
                keys: keys,
                allowing: algorithms
            )
        }
        try self.init(
            issuer: claims.issuer,
            trustDomain: trustDomain,
            transaction: transaction,
            subject: subject,
            scope: OAuthScope(text("scope")),
            requestingWorkload: text("req_wl"),
            issuedAt: issuedAt,
            expiresAt: expiresAt,
            context: object("tctx"),
            requesterContext: object("rctx"),
            chain: chain
        )
    }
}
