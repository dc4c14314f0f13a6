// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// One question to the policies of commands: may this operator, or this identity, do this to that.
struct CommandQuestion: Sendable, Equatable {
    /// `identity.put`, `cut`, `credential.issue`, `read`, ...
    let action: String
    let target: CommandTarget
    var change = CommandChange.none

    /// Whether an operator may read a noun of the API.
    static func reading(_ collection: String) -> CommandQuestion {
        CommandQuestion(action: "read", target: .collection(collection))
    }

    /// What an entry asks for.
    ///
    /// - Parameters:
    ///   - body: The entry.
    ///   - state: The state before it.
    init?(_ body: EntryBody, in state: TrustState) {
        action = Self.action(of: body)
        switch body {
        case .putOperator(let object): (target, change) = Self.put(object, state)
        case .putIdentity(let object): (target, change) = Self.put(object, state)
        case .putApi(let object): (target, change) = Self.put(object, state)
        case .putIssuer(let object): (target, change) = Self.put(object, state)
        case .putEnforcementPoint(let object): (target, change) = Self.put(object, state)
        case .putBackEnd(let object): (target, change) = Self.put(object, state)
        case .putCredential(let object):
            target = Self.object(object.holder, state)
            change = CommandChange(object, in: state)
        case .putTask(let object):
            target = Self.object(object.identity, state)
            change = CommandChange(object, in: state)
        case .endTask(let end): target = .object(.task, name: end.task.description)
        case .spendTask(let spend): target = .object(.task, name: spend.task.description)
        case .putEnrolment(let object): target = Self.object(object.operator, state)
        case .retire(let id):
            // Policy sets have no names: what is retired belongs to a realm.
            target = state.policySets[id].map { .policies($0.object.realm) } ?? Self.object(id, state)
        case .activatePolicies(let object): target = .policies(object.realm)
        case .putPolicies(let draft): target = .policies(draft.set.realm)
        case .enforcePolicies(let move), .rollBackPolicies(let move), .shadowPolicies(let move):
            guard let set = state.policySets[move.set]?.object else { return nil }
            target = .policies(set.realm)
        case .cut(let cut): target = .scope(.cut, cut.scope)
        case .placeHold(let hold): target = .scope(.hold, hold.scope)
        case .liftHold(let lift):
            guard let hold = state.holds[lift.hold] else { return nil }
            target = .scope(.hold, hold.object.scope)
        // Its secret lets it in.
        case .redeemEnrolment: return nil
        case .logOpen, .putNode, .putTokenKey, .stateDigest, .anchorEvidence, .confirmGeneration: target = .log
        }
    }

    /// What policies call it. The two ends of a task are two things. Whatever makes a set decide is an activation to them, so that no older policy about
    /// activations lets one in by another name.
    private static func action(of body: EntryBody) -> String {
        switch body {
        case .enforcePolicies, .rollBackPolicies: "policy.activate"
        case .endTask(let end): end.state == .completed ? "task.complete" : "task.cancel"
        default: body.kind
        }
    }

    init(action: String, target: CommandTarget, change: CommandChange = .none) {
        self.action = action
        self.target = target
        self.change = change
    }

    private static func put(_ object: some NamedObject, _ state: TrustState) -> (CommandTarget, CommandChange) {
        (.object(type(of: object).kind, name: object.name), CommandChange(object, in: state))
    }

    private static func object(_ id: ObjectID, _ state: TrustState) -> CommandTarget {
        .object(id.kind, name: state.summary(of: id)?.name ?? "")
    }
}
