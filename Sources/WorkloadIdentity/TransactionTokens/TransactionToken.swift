// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
public import StrictJSON

/// A transaction token: who started a transaction, what for, and through whom it came (OAuth Transaction Tokens).
///
/// It travels in the header field `Txn-Token` inside one trust domain, unchanged from hop to hop unless the
/// transaction token service replaces it (``replacementRefusal(by:at:)``).
public struct TransactionToken: Sendable {
    /// The `typ`.
    public static let type = "txntoken+jwt"
    /// The token type of the exchange that yields one (RFC 8693 section 3).
    public static let tokenType = "urn:ietf:params:oauth:token-type:txn_token"
    /// The longest `txn`, in bytes.
    public static let maximumTransactionBytes = 256
    /// The longest `sub`, `aud` and `iss`, in bytes.
    public static let maximumNameBytes = 2048
    /// The most bytes of `tctx` and of `rctx` as JSON.
    public static let maximumContextBytes = 4096

    /// `iss`; nil when absent, as one service serves a trust domain.
    public var issuer: String?
    /// `aud`: the trust domain, exactly one.
    public var trustDomain: String
    /// `txn`: the transaction.
    public var transaction: String
    /// `sub`: for whom the transaction runs.
    public var subject: String
    /// `scope`: what it is for.
    public var scope: OAuthScope
    /// `req_wl`: the workload that asked for this token.
    public var requestingWorkload: String
    /// `iat`
    public var issuedAt: NumericDate
    /// `exp`
    public var expiresAt: NumericDate
    /// `tctx`: what the transaction is about, which nobody changes; nil when absent.
    public var context: JSONObject?
    /// `rctx`: where the request came from; nil when absent.
    public var requesterContext: JSONObject?
    /// `safeconduct_chain`; nil when absent, as in the tokens of other services.
    public var chain: CallChain?

    /// A token of the given values.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `transactionToken` when a text or an object is out of bounds, the scope is
    ///   empty, the token ends before it begins, or the chain doesn't end with `requestingWorkload`.
    public init(
        issuer: String? = nil,
        trustDomain: String,
        transaction: String,
        subject: String,
        scope: OAuthScope,
        requestingWorkload: String,
        issuedAt: NumericDate,
        expiresAt: NumericDate,
        context: JSONObject? = nil,
        requesterContext: JSONObject? = nil,
        chain: CallChain? = nil
    ) throws(WorkloadIdentityError) {
        self.issuer = issuer
        self.trustDomain = trustDomain
        self.transaction = transaction
        self.subject = subject
        self.scope = scope
        self.requestingWorkload = requestingWorkload
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.context = context
        self.requesterContext = requesterContext
        self.chain = chain
        try check()
    }

    /// Throws when a member, changed or not, can't stand in a token.
    private func check() throws(WorkloadIdentityError) {
        for (name, text, longest) in [
            ("iss", issuer ?? "-", Self.maximumNameBytes), ("aud", trustDomain, Self.maximumNameBytes),
            ("txn", transaction, Self.maximumTransactionBytes), ("sub", subject, Self.maximumNameBytes),
            ("req_wl", requestingWorkload, CallHop.maximumWorkloadBytes),
        ] {
            guard (1...longest).contains(text.utf8.count) else {
                throw Self.error("'\(name)' has 1 to \(longest) bytes")
            }
        }
        for (name, object) in [("tctx", context), ("rctx", requesterContext)] {
            guard object.map({ JSONValue.object($0).serialized().count <= Self.maximumContextBytes }) ?? true else {
                throw Self.error("'\(name)' has at most \(Self.maximumContextBytes) bytes")
            }
        }
        guard !scope.isEmpty else { throw Self.error("a transaction token has a 'scope'") }
        guard issuedAt < expiresAt else { throw Self.error("'exp' is not after 'iat'") }
        if let last = chain?.hops.last {
            guard sameBytes(last.workload, requestingWorkload) else {
                throw Self.error("the chain does not end with 'req_wl'")
            }
        }
    }

    /// The claims to sign, under ``type`` and with the `kid` of the key.
    ///
    /// - Throws: ``WorkloadIdentityError`` as the initializer, when a member was changed to what can't stand.
    public func claims() throws(WorkloadIdentityError) -> JSONObject {
        try check()
        var claims = JSONObject()
        claims["iss"] = issuer.map { .string($0) }
        claims["aud"] = .string(trustDomain)
        claims["iat"] = .integer(issuedAt.seconds)
        claims["exp"] = .integer(expiresAt.seconds)
        claims["txn"] = .string(transaction)
        claims["sub"] = .string(subject)
        claims["scope"] = .string(scope.description)
        claims["req_wl"] = .string(requestingWorkload)
        claims["tctx"] = context.map { .object($0) }
        claims["rctx"] = requesterContext.map { .object($0) }
        claims[CallChain.claimName] = chain?.claim
        return claims
    }

    static func error(_ message: String) -> WorkloadIdentityError { WorkloadIdentityError(.transactionToken, message) }
}

extension TokenType {
    /// `txntoken+jwt`, a transaction token.
    public static let transactionToken = TokenType.media(TransactionToken.type)
}
