// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// A recorded decision, decided again from what its record and the control log hold.
public struct Replay: Sendable {
    /// What became of one policy whose scope matched.
    public struct Candidate: Sendable {
        /// The policy.
        public let policy: String
        /// `permit` or `forbid`.
        public let effect: String
        /// `enforce` or `shadow`.
        public let mode: String
        /// `satisfied`, `not_satisfied` or `failed`.
        public let state: String
        /// Why it failed, or what its text is.
        public let detail: String
    }

    /// What the policies say again.
    public struct Answer: Sendable {
        /// The outcome while no bucket is empty.
        public let outcome: Decision.Outcome
        /// Its reason.
        public let reason: String
        /// The policies that determine it.
        public let determining: [String]
        /// The policies that fail.
        public let failures: [String]
        /// The remedies asked for.
        public let remedies: [String]
    }

    /// Whether the policies give the recorded answer again. True, too, for a refusal before any policy was asked.
    public let identical: Bool
    /// Why it was not decided again; nil when it was.
    public let obstacle: ReplayObstacle?
    /// What the policies say again; nil when they were not asked.
    public let answer: Answer?
    /// The policies whose scope matched, in source order; empty when none was asked.
    public let candidates: [Candidate]
    /// The request attributes that the policies saw, as JSON; nil when their key was destroyed.
    public let attributes: [UInt8]?
    /// Why, clause by clause, what came near, and what would turn the answer round, as JSON with a `text` for people;
    /// nil when no policy was asked. It is about the enforced policies and plain Cedar: what the engine makes of the
    /// answer (remedies, failed policies) stands beside it.
    public internal(set) var explanation: [UInt8]?
}

extension Engine {
    /// Decides a recorded decision again, with the policies and the state of its revision.
    ///
    /// - Throws: ``EngineError`` when the log can't be read. What can't be replayed because its attributes were erased is
    ///   reported as not identical.
    public func replay(_ decision: StoredDecision) async throws -> Replay {
        try await blocking {
            let state = try self.rememberedState(at: decision.record.rev)
            var cache = PolicyCache(self.view.policies)
            return try self.replay(decision.record, state, &cache, listingCandidates: true)
        }
    }

    /// Decides again under a state at hand; blocks where a key has to be read.
    func replay(
        _ record: DecisionRecord,
        _ state: TrustState,
        _ cache: inout PolicyCache,
        listingCandidates: Bool
    ) throws -> Replay {
        if let command = record.command {
            return try replay(command, record, state, &cache, listingCandidates: listingCandidates)
        }
        guard let setID = record.policySet, Judgement.reasons.contains(record.reason) else { return .unasked }
        let input: ReplayInput
        switch try self.input(of: record, state) {
        case .success(let made): input = made
        case .failure(.unasked): return .unasked
        case .failure(let obstacle):
            return Replay(identical: false, obstacle: obstacle, answer: nil, candidates: [], attributes: nil)
        }
        guard let policies = try cache.policies(setID, state) else {
            return Replay(identical: false, obstacle: .missing, answer: nil, candidates: [], attributes: nil)
        }
        let judged = JudgedCall(
            policies,
            input.world,
            input.call,
            met: input.met,
            beside: try state.shadowPolicies.flatMap { try cache.policies($0, state) }
        )
        let (judgement, shadow) = (judged.enforced, judged.shadow)
        let (shadowFacts, shadowSetFacts) = judged.shadowFacts
        let speaking = judgement.speaking(shadow, isLetThrough: record.outcome == .limit)
        let isIdentical =
            judgement.determining == record.determining && judgement.failures == record.failures
            && judgement.offered == record.remedies && judgement.leads(to: record)
            && shadowFacts == record.facts.shadow && shadowSetFacts == record.facts.shadowSet
            && policies.channels(of: speaking) == record.facts.alerts
        let (outcome, reason) = judgement.answer
        return Replay(
            identical: isIdentical,
            obstacle: nil,
            answer: Replay.Answer(
                outcome: outcome,
                reason: reason,
                determining: judgement.determining,
                failures: judgement.failures,
                remedies: judgement.offered
            ),
            candidates: listingCandidates ? Self.candidates(policies, input) : [],
            attributes: JSONValue.object(input.attributes).serialized(),
            explanation: listingCandidates ? Self.explanation(policies, input) : nil
        )
    }

    private static func explanation(_ policies: CompiledPolicies, _ input: ReplayInput) -> [UInt8]? {
        input.explanation(of: policies)?.json.serialized()
    }

    private static func candidates(_ policies: CompiledPolicies, _ input: ReplayInput) -> [Replay.Candidate] {
        guard let request = input.request(to: policies) else { return [] }
        // With nothing in shadow mode the enforced set is all of them; both are in source order.
        let set = policies.shadow?.whole.set ?? policies.set
        return set.candidates(for: request, entities: input.world).map { index in
            let policy = set.policies[index]
            // Alone, a satisfied permit allows, and a satisfied forbid is a determining policy.
            let answer = set.authorize(request, among: [index], entities: input.world)
            let failure = answer.failures.first.map { "\($0.error)" }
            let state = failure != nil ? "failed" : answer.determining.isEmpty ? "not_satisfied" : "satisfied"
            return Replay.Candidate(
                policy: policy.id.string,
                effect: policy.effect.rawValue,
                mode: policies.all[index].marks.isShadow ? "shadow" : "enforce",
                state: state,
                detail: failure ?? policy.source
            )
        }
    }
}

extension Replay {
    /// A refusal before any policy was asked: there is nothing to decide again.
    fileprivate static var unasked: Replay {
        Replay(identical: true, obstacle: .unasked, answer: nil, candidates: [], attributes: Array("{}".utf8))
    }
}

extension Judgement {
    /// The reasons of decisions that policies were asked for.
    static let reasons: Set<String> = [
        "permitted", "forbidden", "not_permitted", "policy_failed", "limit_exceeded", "limit_unmeasured",
        "challenge_required", "approval_required", "request_invalid",
    ]

    /// Whether the recorded answer is one that this verdict leads to. What a limit's bucket held is no part of it.
    func leads(to record: DecisionRecord) -> Bool {
        let (outcome, reason) = answer
        if record.outcome == outcome, record.reason == reason { return true }
        return outcome == .limit && record.outcome == .deny && Self.limitReasons.contains(record.reason)
    }

    /// The reasons of denials that a bucket, not a policy, was the cause of.
    static let limitReasons: Set<String> = ["limit_exceeded", "limit_unmeasured"]

    /// The literals of the remedies it asks for.
    var offered: [String] { offers.map(\.remedy.description) }
}
