// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// What one client's assertions must be to prove it (RFC 7521 section 5.2, RFC 7523 section 3 and its revision).
///
/// Stricter than RFC 7523 where it leaves a choice: `iat` and `jti` must be there, because a lifetime can only be
/// capped from `iat` and only what has a name can count once. Milder than the revision in one thing: `aud` may be an
/// array, as long as nobody else is in it.
public struct ClientAssertionRules: Sendable {
    /// What `iss` and `sub` may say, byte by byte: the client's id, and other names it goes by.
    public let names: [String]
    /// The `aud` that is accepted: the issuer identifier of this authorization server, and nothing else.
    public let audience: String
    /// Endpoints that this client may name in `aud` instead, as RFC 7523 once asked; none unless the client is set so.
    public let legacyAudiences: [String]
    /// The algorithms its assertions may be signed with.
    public let algorithms: SignatureAlgorithms
    /// The longest time from `iat` to `exp`, in seconds.
    public let maximumLifetimeSeconds: Int64
    /// How far ahead of ours the client's clock may run, in seconds.
    public let skewSeconds: Int64
    /// How long after `exp` an assertion is still admitted, in seconds.
    public let graceSeconds: Int64

    /// The longest lifetime that may be set: five minutes.
    public static let ceilingSeconds: Int64 = 300
    /// The most skew and grace that may be set, in seconds.
    public static let maximumSkewSeconds: Int64 = 60
    /// No `typ`, `JWT`, and the type that the revision of RFC 7523 gives these assertions.
    public static let types: [TokenType] = [.absent, .jwt, .clientAuthentication]

    /// Rules of the given values.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `rule` when they would admit everything or nothing, or exceed a ceiling.
    public init(
        clientID: String,
        otherNames: [String] = [],
        audience: String,
        legacyAudiences: [String] = [],
        algorithms: SignatureAlgorithms = IssuerRule.defaultAlgorithms,
        maximumLifetimeSeconds: Int64 = ClientAssertionRules.ceilingSeconds,
        skewSeconds: Int64 = 30,
        graceSeconds: Int64 = 0
    ) throws(WorkloadIdentityError) {
        func require(_ condition: Bool, _ message: String) throws(WorkloadIdentityError) {
            if !condition { throw WorkloadIdentityError(.rule, message) }
        }
        names = [clientID] + otherNames
        try require(
            names.count <= 8 && names.allSatisfy { (1...1024).contains($0.utf8.count) },
            "a client has 1 to 8 names of 1 to 1024 bytes"
        )
        try require(
            legacyAudiences.count <= 8
                && ([audience] + legacyAudiences).allSatisfy { (1...2048).contains($0.utf8.count) },
            "an assertion has one audience and at most 8 legacy ones, each of 1 to 2048 bytes"
        )
        try require(
            !algorithms.isEmpty && algorithms.isSubset(of: .all),
            "a client has at least one known algorithm"
        )
        try require(
            (1...Self.ceilingSeconds).contains(maximumLifetimeSeconds),
            "the maximum lifetime is 1 to \(Self.ceilingSeconds) seconds"
        )
        try require(
            (0...Self.maximumSkewSeconds).contains(skewSeconds) && (0...Self.maximumSkewSeconds).contains(graceSeconds),
            "skew and grace are 0 to \(Self.maximumSkewSeconds) seconds"
        )
        self.audience = audience
        self.legacyAudiences = legacyAudiences
        self.algorithms = algorithms
        self.maximumLifetimeSeconds = maximumLifetimeSeconds
        self.skewSeconds = skewSeconds
        self.graceSeconds = graceSeconds
    }
}

extension TokenType {
    /// `client-authentication+jwt`, a client assertion.
    public static let clientAuthentication = TokenType.media("client-authentication+jwt")
}
