// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// What other policies would have answered to decisions of the past.
public struct Simulation: Sendable {
    /// One way in which answers change.
    public struct Change: Sendable {
        /// The recorded outcome. A call that a bucket stopped counts as `limit`: what a bucket would have held is not
        /// simulated.
        public let from: Decision.Outcome
        /// The outcome under the other policies.
        public let to: Decision.Outcome
        /// How many decisions.
        public internal(set) var count: Int
        /// The first few of them.
        public internal(set) var examples: [Example]
    }

    /// One decision whose answer changes.
    public struct Example: Sendable {
        /// The recorded decision.
        public let decision: ObjectID
        /// Who called.
        public let identity: ObjectID?
        /// What was called.
        public let api: ObjectID
        /// The operation's name.
        public let operation: String?
        /// Why, recorded and under the other policies.
        public let fromReason, toReason: String
        /// The policies that determine the other answer, and the remedies it asks for.
        public let determining, remedies: [String]
    }

    /// How many decisions were looked at.
    public internal(set) var decisions = 0
    /// How many of them the other policies were asked about.
    public internal(set) var replayed = 0
    /// How many of the others had been refused before any policy was asked: policies change nothing about those.
    public internal(set) var unasked = 0
    /// How many could not be asked again, by the reason.
    public internal(set) var obstacles: [ReplayObstacle: Int] = [:]
    /// How many the other policies failed on, one or more of them.
    public internal(set) var failed = 0
    /// The changes.
    public internal(set) var changes: [Change] = []
    /// How many answers change, by identity.
    public internal(set) var byIdentity: [ObjectID: Int] = [:]
    /// How many answers change, by API.
    public internal(set) var byAPI: [ObjectID: Int] = [:]
    /// The times of the oldest and the newest decision looked at.
    public internal(set) var oldest, newest: Timestamp?

    /// How many answers change.
    public var changed: Int { changes.reduce(0) { $0 + $1.count } }

    mutating func add(_ record: DecisionRecord, _ id: ObjectID, _ judgement: Judgement, examples: Int) {
        replayed += 1
        if !judgement.failed.isEmpty { failed += 1 }
        let from = Judgement.limitReasons.contains(record.reason) ? .limit : record.outcome
        let (to, reason) = judgement.answer
        guard from != to else { return }
        if let identity = record.identity { byIdentity[identity, default: 0] += 1 }
        byAPI[record.api, default: 0] += 1
        let place =
            changes.firstIndex { $0.from == from && $0.to == to }
            ?? {
                changes.append(Change(from: from, to: to, count: 0, examples: []))
                return changes.count - 1
            }()
        changes[place].count += 1
        guard changes[place].examples.count < examples else { return }
        changes[place].examples.append(
            Example(
                decision: id,
                identity: record.identity,
                api: record.api,
                operation: record.operation,
                fromReason: record.reason,
                toReason: reason,
                determining: judgement.determining,
                remedies: judgement.offered
            )
        )
    }
}
