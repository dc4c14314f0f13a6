// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
public import TrustModel

extension Engine {
    /// Why an operator may not read a noun of the API; nil when it may.
    ///
    /// From memory and without a leaf: reading is asked often, and changes nothing.
    public func denial(of operator: ObjectID, reading collection: String) -> CommandDenial? {
        let view = self.view
        let question = CommandQuestion.reading(collection)
        guard let by = view.state.operators[`operator`]?.object, let policies = view.commands else {
            return CommandDenial(
                action: question.action,
                resource: "Collection::\"\(collection)\"",
                reason: "not_permitted",
                policies: []
            )
        }
        let judgement = CommandJudgement(policies, question, by: by, view.state, at: now())
        if judgement.isAllowed { return nil }
        return Authorizer.refusal(question, judgement, view.state).denial
    }

    /// Writes the shipped policies of commands into a log that has none: a new one, or one from before commands were
    /// decided.
    func provideCommandPolicies() async throws {
        guard view.state.activeCommandPolicies == nil else { return }
        let outcome = await carryOut(
            Command(by: node.id) { state, now in
                // Another node may have been faster.
                guard state.activeCommandPolicies == nil else { return [] }
                return [.activatePolicies(Self.shippedPolicies(at: now))]
            }
        )
        switch outcome {
        case .done: return
        case .refused(let refusal): throw EngineError(.internal, refusal.description)
        case .failed(let error): throw error
        }
    }

    /// The shipped policies of commands under a fresh id.
    static func shippedPolicies(at now: Timestamp) -> TrustModel.PolicySet {
        var generator = SystemRandomNumberGenerator()
        return TrustModel.PolicySet(
            id: ObjectID(kind: .policySet, at: now, using: &generator),
            files: ShippedPolicies.files,
            realm: .commands
        )
    }

    /// Judges a recorded command again, with the policies and the state of its revision.
    func replay(_ command: DeniedCommand, _ record: DecisionRecord) async throws -> Replay {
        let state = try await state(at: record.rev)
        guard let set = record.policySet.flatMap({ state.policySets[$0]?.object }),
            let by = state.operators[record.point]?.object
        else { throw EngineError(.corrupt, "the log at revision \(record.rev) lacks what the command names") }
        let policies = try CompiledPolicies(set)
        let judgement = CommandJudgement(policies, command.question, by: by, state, at: record.at)
        let identical =
            judgement.reason == record.reason && judgement.determining == record.determining
            && judgement.failures == record.failures
        guard let world = CommandWorld(command.question, by: by, in: state) else {
            return Replay(identical: identical, candidates: [], attributes: Array("{}".utf8))
        }
        var request = world.request
        request.context = world.context(at: record.at)
        let candidates = policies.set.candidates(for: request, entities: world).map { index in
            let policy = policies.set.policies[index]
            let answer = policies.set.authorize(request, among: [index], entities: world)
            let failure = answer.failures.first.map { "\($0.error)" }
            return Replay.Candidate(
                policy: policy.id.string,
                effect: policy.effect.rawValue,
                state: failure != nil ? "failed" : answer.determining.isEmpty ? "not_satisfied" : "satisfied",
                detail: failure ?? policy.source
            )
        }
        return Replay(identical: identical, candidates: candidates, attributes: Array("{}".utf8))
    }
}
