// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// Which decisions are looked for.
public struct DecisionQuery: Sendable {
    /// About this identity only.
    public var identity: ObjectID?
    /// About this API only.
    public var api: ObjectID?
    /// With one of these answers; any when empty.
    public var answers: Set<Decision.Outcome> = []
    /// Of which one of these is known; anything when empty.
    public var states: Set<OutcomeState> = []
    /// That this channel was told of; any when nil.
    public var channel: String?
    /// Made at this time or later.
    public var since: Timestamp?
    /// Made before this time.
    public var until: Timestamp?

    /// Every decision.
    public init() {}

    /// Whether the record alone lets the decision in.
    func admits(_ record: DecisionRecord) -> Bool {
        if let identity, record.identity != identity { return false }
        if let api, record.api != api { return false }
        if let channel, !record.facts.alerts.contains(channel) { return false }
        if let since, record.at < since { return false }
        if let until, record.at >= until { return false }
        return answers.isEmpty || answers.contains(record.outcome)
    }

    /// Whether what came of the decision lets it in.
    func admits(_ decision: StoredDecision) -> Bool {
        guard !states.isEmpty else { return true }
        switch decision.state {
        case nil: return false
        case .failed?: return states.contains(.failed) || states.contains(.reported)
        case .contradicting?: return states.contains(.contradicting) || states.contains(.reported)
        case let state?: return states.contains(state)
        }
    }
}

/// Some of the decisions looked for, the newest first.
public struct DecisionPage: Sendable {
    /// The decisions; there may be none although there are more to come, because a page reads so much and no more.
    public let decisions: [StoredDecision]
    /// Where to go on; nil at the end.
    public let next: DecisionCursor?
}
