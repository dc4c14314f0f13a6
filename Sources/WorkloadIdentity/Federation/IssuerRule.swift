// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// What one issuer must do for its tokens to prove who calls.
public struct IssuerRule: Sendable {
    /// The issuer.
    public let issuer: IssuerURL
    /// Every audience of a token must be one of these.
    public let audiences: [String]
    /// The algorithms its tokens may be signed with.
    public let algorithms: SignatureAlgorithms
    /// The `typ` values its tokens may have.
    public let types: [TokenType]
    /// The longest time from `iat` to `exp`, in seconds.
    public let maximumLifetimeSeconds: Int64
    /// How far its clock and ours may disagree, in seconds.
    public let skewSeconds: Int64
    /// Claims that every token must have, with their exact values.
    public let conditions: [ClaimCondition]
    /// Whether a token counts once only: `jti` is required, and whoever admits the token must remember it.
    public let isOneTime: Bool

    /// ES256, ES384, RS256, PS256 and Ed25519 under both its names.
    public static let defaultAlgorithms: SignatureAlgorithms = [.es256, .es384, .rs256, .ps256, .edDSA, .ed25519]
    /// No `typ` (which RFC 7519 leaves optional) and `JWT`.
    public static let defaultTypes: [TokenType] = [.absent, .jwt]
    /// The most skew that may be configured, in seconds.
    public static let maximumSkewSeconds: Int64 = 60
    /// The longest lifetime that may be configured: one day.
    public static let ceilingSeconds: Int64 = 86_400

    /// A rule of the given values.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `rule` when it would admit everything or nothing: no audience, no
    ///   algorithm, no type, a skew over 60 s, a lifetime that is not 1 s to one day.
    public init(
        issuer: IssuerURL,
        audiences: [String],
        algorithms: SignatureAlgorithms = IssuerRule.defaultAlgorithms,
        types: [TokenType] = IssuerRule.defaultTypes,
        maximumLifetimeSeconds: Int64 = 3600,
        skewSeconds: Int64 = 30,
        conditions: [ClaimCondition] = [],
        isOneTime: Bool = false
    ) throws(WorkloadIdentityError) {
        func require(_ condition: Bool, _ message: String) throws(WorkloadIdentityError) {
            if !condition { throw WorkloadIdentityError(.rule, message) }
        }
        try require((1...32).contains(audiences.count), "an issuer rule has 1 to 32 audiences")
        try require(
            audiences.allSatisfy { (1...1024).contains($0.utf8.count) },
            "an audience has 1 to 1024 bytes"
        )
        try require(
            !algorithms.isEmpty && algorithms.isSubset(of: .all),
            "an issuer rule has at least one known algorithm"
        )
        try require((1...8).contains(types.count), "an issuer rule has 1 to 8 types")
        try require(
            (1...Self.ceilingSeconds).contains(maximumLifetimeSeconds),
            "the maximum lifetime is 1 to \(Self.ceilingSeconds) seconds"
        )
        try require(
            (0...Self.maximumSkewSeconds).contains(skewSeconds),
            "the skew is 0 to \(Self.maximumSkewSeconds) seconds"
        )
        try require(conditions.count <= 32, "an issuer rule has at most 32 conditions")
        self.issuer = issuer
        self.audiences = audiences
        self.algorithms = algorithms
        self.types = types
        self.maximumLifetimeSeconds = maximumLifetimeSeconds
        self.skewSeconds = skewSeconds
        self.conditions = conditions
        self.isOneTime = isOneTime
    }
}
