// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// Asks the policies of commands, while the head of the control log is held: each command under the state that it would
/// change, whatever the commands before it in the same batch did.
struct Authorizer {
    /// What the policies say of a command.
    enum Answer {
        /// It may go on; nil where nobody was asked: for what nodes write, and for what a secret lets in.
        case allowed(CommandAuthorization?)
        /// It may not; the record is its evidence. The question is the one that was denied.
        case denied(CommandRefusal, DecisionRecord, CommandQuestion)
    }

    /// The most bytes of the policies of commands together.
    static let longestText = 1 << 20

    private var compiled: CompiledPolicies?

    /// An authorizer that begins with what a view compiled.
    init(_ compiled: CompiledPolicies?) { self.compiled = compiled }

    /// Refuses policies that can't decide about commands.
    static func check(_ policies: CompiledPolicies, of set: TrustModel.PolicySet) throws(PolicyRefusal) {
        // Whoever holds the head may have to compile them again, and cuts wait for that.
        guard set.files.reduce(0, { $0 + $1.text.utf8.count }) <= longestText else {
            throw PolicyRefusal("size", file: "", nil, "policies of commands have 1 MiB at most")
        }
        guard let marked = policies.all.first(where: { $0.policy.annotation("remedy") != nil }) else { return }
        let message = "'\(marked.policy.id.string)' offers a remedy, and nothing meets the remedies of commands"
        throw PolicyRefusal(
            "remedy",
            file: marked.file,
            marked.policy.position,
            policy: marked.policy.id.string,
            message
        )
    }

    /// Whether a command may go on.
    ///
    /// - Parameters:
    ///   - command: The command.
    ///   - wanted: The entries it means, or why it can't mean any.
    mutating func answer(
        _ command: Command,
        _ wanted: Result<[EntryBody], CommandRefusal>,
        _ state: TrustState,
        at now: Timestamp
    ) throws -> Answer {
        if command.by.kind == .node { return .allowed(nil) }
        let bodies = (try? wanted.get()) ?? []
        if let token = command.ownToken {
            // Nothing but this: who gives it is no operator, and nobody else was asked.
            let isEnd = bodies.allSatisfy { body in
                if case .cut(let cut) = body { cut.scope == Scope(.credential, token.description) } else { false }
            }
            guard isEnd, state.credentials[token] == nil else {
                throw EngineError(.internal, "a client ends nothing but its own tokens")
            }
            return .allowed(nil)
        }
        guard let by = CommandGiver(command.by, in: state) else {
            throw EngineError(.internal, "a command is given by an operator, an identity or a node")
        }
        let questions = questions(command, bodies, state)
        if questions.isEmpty { return .allowed(nil) }
        guard let active = state.activeCommandPolicies, let policies = try policies(of: state) else {
            throw EngineError(.unavailable, "no policies of commands are active yet")
        }
        var determining: [String] = []
        for question in questions {
            let judgement = CommandJudgement(policies, question, by: by, state, at: now)
            guard judgement.isAllowed else {
                return .denied(
                    Self.refusal(question, judgement, state),
                    DecisionRecord(denied: question, judgement, by: by.id, policies: active, state, at: now),
                    question
                )
            }
            for id in judgement.determining where !determining.contains(id) { determining.append(id) }
        }
        return .allowed(CommandAuthorization(policies: active, determining: determining))
    }

    /// What a command asks for. One that means no entries, or can't, would still tell its giver something about what is
    /// there: that is reading, where it does not say itself what it is.
    private func questions(_ command: Command, _ bodies: [EntryBody], _ state: TrustState) -> [CommandQuestion] {
        if bodies.isEmpty { return [command.question ?? .reading(command.collection)] }
        var questions: [CommandQuestion] = []
        for body in bodies {
            // The first token of a point that the same command registers: who may make it may have it.
            if case .putCredential(let credential) = body, state.summary(of: credential.holder) == nil { continue }
            guard let question = CommandQuestion(body, in: state) else {
                // A hold that does not exist: what is said of it is reading.
                if case .redeemEnrolment = body { continue }
                questions.append(.reading(command.collection))
                continue
            }
            questions.append(question)
        }
        // Whoever lets a point ask why lets its token's holder read what decisions were made of: they have to be allowed
        // that themselves, whatever older policies say of points.
        let reading: [CommandQuestion] = questions.contains(where: \.change.explanations) ? [.reading("decisions")] : []
        guard let action = command.action, let last = questions.last else { return questions + reading }
        // Issuing means a new credential and a cut of the old ones: one question about their holder.
        return [CommandQuestion(action: action, target: last.target, change: last.change)] + reading
    }

    /// Refuses what would leave no live owner with a key who may activate policies of commands (DESIGN invariant 10):
    /// nobody could ever change anything that these policies forbid.
    mutating func checkOwners(
        _ bodies: [EntryBody],
        from state: TrustState,
        to proposed: TrustState,
        at now: Timestamp
    ) throws(CommandRefusal) {
        var isAtStake = false
        for body in bodies {
            switch body {
            case .activatePolicies(let set) where set.realm == .commands: isAtStake = true
            case .enforcePolicies(let move), .rollBackPolicies(let move):
                if state.policySets[move.set]?.object.realm == .commands { isAtStake = true }
            case .putOperator(let object) where state.operators[object.id]?.object.roles.contains(.owner) == true:
                isAtStake = true
            case .retire(let id) where state.operators[id]?.object.roles.contains(.owner) == true: isAtStake = true
            default: break
            }
        }
        guard isAtStake, proposed.activeCommandPolicies != nil else { return }
        // A log without any live owner is what recovery is for: there is nobody to take away.
        if state.liveOwners(at: now).isEmpty { return }
        let question = CommandQuestion(action: "policy.activate", target: .policies(.commands))
        let policies = (try? policies(of: proposed)) ?? nil
        let left = proposed.liveOwners(at: now).filter { owner in
            policies.map { CommandJudgement($0, question, by: CommandGiver(owner.object), proposed, at: now).isAllowed }
                ?? false
        }
        guard !left.isEmpty else {
            throw CommandRefusal(.lastOwner, "", "no live owner could activate policies of commands after this")
        }
        // Nor may the last key go: an owner who never redeemed a link, or whose key runs out tonight, is none to rely on.
        guard let before = state.ableOwners(at: now).until else { return }
        let after = left.compactMap { proposed.canAct($0.object.id, at: now) }.max() ?? now
        let needed = min(before, now.advanced(byMilliseconds: TrustState.shortestOwnershipMilliseconds))
        guard after >= needed else {
            throw CommandRefusal(
                .lastOwner,
                "",
                "after this no owner would hold a key that counts for another day; let one enrol first"
            )
        }
    }

    private mutating func policies(of state: TrustState) throws -> CompiledPolicies? {
        guard let active = state.activeCommandPolicies else { return nil }
        if let compiled, compiled.id == active { return compiled }
        guard let set = state.policySets[active]?.object else { return nil }
        do {
            compiled = try CompiledPolicies(set)
        } catch {
            throw EngineError(.corrupt, "the active policies of commands do not compile: \(error)")
        }
        return compiled
    }

    static func refusal(
        _ question: CommandQuestion,
        _ judgement: CommandJudgement,
        _ state: TrustState
    ) -> CommandRefusal {
        let resource = "\(question.target.type)::\"\(question.target.name(in: state))\""
        let why =
            switch judgement.reason {
            case "forbidden": "the policies of commands forbid you"
            case "policy_failed": "a policy of commands could not be evaluated, so you may not do"
            default: "no policy of commands permits you"
            }
        var refusal = CommandRefusal(.denied, "", "\(why) '\(question.action)' on \(resource)")
        refusal.denial = CommandDenial(
            action: question.action,
            resource: resource,
            reason: judgement.reason,
            policies: judgement.reason == "policy_failed" ? judgement.failures : judgement.determining
        )
        return refusal
    }
}
