// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// The answer to a question, recorded.
public struct Decision: Sendable {
    /// What the enforcement point has to do.
    public enum Outcome: String, Sendable, CaseIterable {
        /// Let the call through.
        case allow
        /// Let it through; it spent from a bucket.
        case limit
        /// Ask the caller to prove something more.
        case challenge
        /// Ask people to approve.
        case approve
        /// Stop the call.
        case deny

        /// Whether the call goes through.
        public var permits: Bool { self == .allow || self == .limit }
    }

    /// Its id, which is the address of its leaf; nil for a refusal that is only counted.
    public let id: ObjectID?
    /// The evidence log that holds its leaf; nil when it has none.
    public let log: String?
    /// What to do.
    public let outcome: Outcome
    /// Why, in one stable word: `permitted`, `forbidden`, `not_permitted`, `token_expired`, ...
    public let reason: String
    /// Why, for the caller.
    public let message: String
    /// The policies that determined it.
    public let policies: [String]
    /// What would let the call through, cheapest first.
    public let remedies: [Remedy]
    /// The revision it was decided at.
    public let rev: UInt64
    /// The caller's score.
    public let score: TrustScore
    /// The name of the verified identity; nil when none was verified.
    public let identity: String?
    /// Whether presenting another credential could help.
    public let authenticate: Bool
    /// How long to wait until the bucket has room again, in milliseconds; nil unless a limit is the reason.
    public let retryAfter: Int64?
    /// What is left in the bucket; nil unless the outcome is `limit`.
    public let remaining: Int64?
}
