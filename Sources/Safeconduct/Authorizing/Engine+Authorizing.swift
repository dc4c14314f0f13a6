// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
public import TrustModel

extension Engine {
    /// Why an operator may not read a noun of the API; nil when it may.
    ///
    /// From memory and without a leaf: reading is asked often, and changes nothing.
    public func denial(of operator: ObjectID, reading collection: String) -> CommandDenial? {
        let view = self.view
        let question = CommandQuestion.reading(collection)
        guard let by = CommandGiver(`operator`, in: view.state), let policies = view.commands else {
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

    /// Why somebody may not give a command, asked before anything costly or telling is done for it; nil when they may, as
    /// far as this node knows: the head is asked again when the command's turn comes.
    ///
    /// What this node denies, the head has to deny, too, and that is recorded as every denial is.
    func refusal(of question: CommandQuestion, by: ObjectID, collection: String) async -> CommandOutcome? {
        let (view, now, terms) = (self.view, now(), CommandTerms.current)
        if by.kind == .node { return nil }
        // What was done before under this key is answered as it was, whatever its giver may do by now.
        if let key = terms.key, view.state.commandKeys.use(of: key.id, at: now) != nil { return nil }
        if let policies = view.commands, let giver = CommandGiver(by, in: view.state),
            CommandJudgement(policies, question, by: giver, view.state, at: now).isAllowed
        {
            return nil
        }
        return await refusalAtHead(of: question, by: by, collection: collection)
    }

    /// Asks the policies of commands at the head whether somebody may do something, for which nothing is worked out
    /// there; nil when they may. A denial is recorded.
    func refusalAtHead(of question: CommandQuestion, by: ObjectID, collection: String) async -> CommandOutcome? {
        var command = Command(by: by, collection: collection) { _, _ in [] }
        command.question = question
        // The key stays for the command itself, should another node have given its giver a role just now.
        let outcome = await CommandTerms.$current.withValue(CommandTerms.current.withoutKey) {
            [command] in await carryOut(command)
        }
        if case .done = outcome { return nil }
        return outcome
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
    func replay(
        _ command: DeniedCommand,
        _ record: DecisionRecord,
        _ state: TrustState,
        _ cache: inout PolicyCache,
        listingCandidates: Bool
    ) throws -> Replay {
        guard let setID = record.policySet, let policies = try cache.policies(setID, state),
            let by = CommandGiver(record.point, in: state)
        else { return Replay(identical: false, obstacle: .missing, answer: nil, candidates: [], attributes: nil) }
        let judgement = CommandJudgement(policies, command.question, by: by, state, at: record.at)
        let identical =
            !judgement.isAllowed && judgement.reason == record.reason && judgement.determining == record.determining
            && judgement.failures == record.failures
        return Replay(
            identical: identical,
            obstacle: nil,
            answer: Replay.Answer(
                outcome: judgement.isAllowed ? .allow : .deny,
                reason: judgement.reason,
                determining: judgement.determining,
                failures: judgement.failures,
                remedies: []
            ),
            candidates: listingCandidates ? Self.candidates(policies, command.question, by, state, record.at) : [],
            attributes: Array("{}".utf8),
            explanation: listingCandidates
                ? Self.explanation(policies, command.question, by, state, record.at) : nil
        )
    }

    private static func explanation(
        _ policies: CompiledPolicies,
        _ question: CommandQuestion,
        _ by: CommandGiver,
        _ state: TrustState,
        _ at: Timestamp
    ) -> [UInt8]? {
        guard let world = CommandWorld(question, by: by, in: state) else { return nil }
        var request = world.request
        request.context = world.context(at: at)
        return policies.set.explain(request, entities: world).json.serialized()
    }

    private static func candidates(
        _ policies: CompiledPolicies,
        _ question: CommandQuestion,
        _ by: CommandGiver,
        _ state: TrustState,
        _ at: Timestamp
    ) -> [Replay.Candidate] {
        guard let world = CommandWorld(question, by: by, in: state) else { return [] }
        var request = world.request
        request.context = world.context(at: at)
        return policies.set.candidates(for: request, entities: world).map { index in
            let policy = policies.set.policies[index]
            let answer = policies.set.authorize(request, among: [index], entities: world)
            let failure = answer.failures.first.map { "\($0.error)" }
            return Replay.Candidate(
                policy: policy.id.string,
                effect: policy.effect.rawValue,
                mode: "enforce",
                state: failure != nil ? "failed" : answer.determining.isEmpty ? "not_satisfied" : "satisfied",
                detail: failure ?? policy.source
            )
        }
    }
}
