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
    /// All that does not depend on where its leaf stands.
    let answer: DecisionAnswer
    /// What the point that asked why is told; nil when it did not ask, and when no policy was asked.
    public internal(set) var reasons: ToldReasons?

    /// What to do.
    public var outcome: Outcome { answer.outcome }
    /// Why, in one stable word: `permitted`, `forbidden`, `not_permitted`, `token_expired`, ...
    public var reason: String { answer.reason }
    /// Why, for the caller.
    public var message: String { answer.message }
    /// The policies that determined it.
    public var policies: [String] { answer.policies }
    /// What would let the call through, cheapest first.
    public var remedies: [Remedy] { answer.remedies }
    /// The revision it was decided at.
    public var rev: UInt64 { answer.rev }
    /// The caller's score.
    public var score: TrustScore { answer.score }
    /// The name of the verified identity; nil when none was verified.
    public var identity: String? { answer.identity }
    /// Whether presenting another credential could help.
    public var authenticate: Bool { answer.authenticate }
    /// Which proof of possession the caller's token wants; nil unless that is the reason.
    public var proof: ProofChallenge? { answer.proof }
    /// The operation that the caller's token is not for (RFC 6750 section 3.1, `scope`); nil unless that is the reason.
    public var neededScope: String? { answer.neededScope }
    /// How long to wait until the bucket has room again, in milliseconds; nil unless a limit is the reason.
    public var retryAfter: Int64? { answer.retryAfter }
    /// What is left of the limits that were asked for, whether they let the call through or stopped it.
    public var quotas: [Quota] { answer.quotas }
    /// The only features to leave on; nil when no policy says so.
    public var features: [String]? { answer.features }
    /// The channels that policies alert by it.
    public var alerts: [String] { answer.alerts }
    /// What the outcome would have been with the policies in shadow mode enforced; nil when that makes no difference.
    public var shadow: Outcome? { answer.shadow }
    /// What the policy set in shadow would have answered; nil when there is none, or no policy was asked.
    public var shadowSet: ShadowSetAnswer? { answer.shadowSet }
    /// The digest of the policy set it was decided by, and the revision, as enforcement points are told and tell again;
    /// nil when no policy was asked.
    public var policyVersion: PolicyVersion? { answer.policyDigest.map { PolicyVersion(digest: $0, rev: answer.rev) } }
    /// The policies that failed.
    public var failed: [PolicyFailure] { answer.failed }

    /// What is left in the bucket that has least; nil unless the outcome is `limit` by a bucket.
    public var remaining: Int64? { outcome == .limit ? quotas.map(\.remaining).min() : nil }

    /// The groups that have to approve; empty unless the outcome is `approve` or a challenge comes first.
    public var approvers: [String] {
        remedies.compactMap { remedy in
            if case .approve(let group) = remedy.kind { group } else { nil }
        }
    }

    /// What the caller has to prove.
    public var challenges: [Remedy.Challenge] {
        remedies.compactMap { remedy in
            if case .challenge(let challenge) = remedy.kind { challenge } else { nil }
        }
    }
}
