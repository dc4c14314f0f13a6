// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PartialEvaluation {
    /// `a in b`.
    mutating func membership(_ a: NodeID, _ b: NodeID, _ id: NodeID) -> PartialResult {
        if let failure = certainFailure(a, b) { return failure }
        if case .value(let target) = result(a) {
            guard case .entity(let uid) = target else {
                // Both sides are evaluated before either is looked at.
                if mayFail(b) { return left(over: a, b, id, .failure) }
                return mismatch(.entity, found: target, id)
            }
            if case .value(let right) = result(b) { return membership(uid, right, a, b, id) }
            return left(over: a, b, id, memberOutcomes([uid.type], b))
        }
        var types: Set<EntityTypeName>?
        var mayBeNoEntity = true
        if case .entity(let known) = result(a).shape {
            types = known
            mayBeNoEntity = false
            // Whichever entity it is, it is in nothing but entities.
            if !mayFail(a), case .value(let group) = result(b), let failure = fault(group, id) { return failure }
        }
        return left(over: a, b, id, memberOutcomes(types, b, variable: expression[a]).failing(when: mayBeNoEntity))
    }

    // `a in b` stays, as it is or, from `a is T in b` whose type is right, as if it had been written so.
    private mutating func left(
        over a: NodeID,
        _ b: NodeID,
        _ id: NodeID,
        _ outcomes: PartialOutcomes
    ) -> PartialResult {
        let outcomes = outcomes.failing(when: mayFail(a, b))
        if let certain = outcomes.certainty { return .value(.bool(certain)) }
        let node = ExpressionNode.membership(emit(a), emit(b))
        return residue(id, as: node, .bool, outcomes)
    }

    private mutating func membership(
        _ uid: EntityUID,
        _ group: Value,
        _ a: NodeID,
        _ b: NodeID,
        _ id: NodeID
    ) -> PartialResult {
        if let failure = fault(group, id) { return failure }
        var groups = [group]
        if case .set(let elements) = group { groups = elements.elements }
        var isKnown = true
        for case .entity(let group) in groups {
            switch isMember(uid, of: group) {
            case true?: return .value(true)
            case false?: break
            case nil: isKnown = false
            }
        }
        return isKnown ? .value(false) : left(over: a, b, id, .bool)
    }

    // Why nothing can be in `group`. A set with anything but entities is an error, even when an entity before matches.
    private func fault(_ group: Value, _ id: NodeID) -> PartialResult? {
        switch group {
        case .entity: nil
        case .set(let elements):
            elements.elements.first { $0.kind != .entity }.map { mismatch(.entity, found: $0, id) }
        default: mismatch(.set, .entity, found: group, id)
        }
    }

    /// What may come of `x in b`, `x` being an entity of one of `types`; whether evaluating `b` fails apart.
    func memberOutcomes(
        _ types: Set<EntityTypeName>?,
        _ b: NodeID,
        variable: ExpressionNode? = nil
    ) -> PartialOutcomes {
        switch result(b) {
        case .failure: return .failure
        case .value(.entity(let group)): return mayBeMember(types, of: group, variable) ? .bool : .no
        case .value(.set(let elements)):
            var outcomes = PartialOutcomes.no
            for element in elements.elements {
                guard case .entity(let group) = element else { return .failure }
                if mayBeMember(types, of: group, variable) { outcomes = .bool }
            }
            return outcomes
        case .value: return .failure
        case .residue(let residue):
            switch residue.shape {
            case .entity(let groups), .set(.entity(let groups)):
                guard let groups else { return .bool }
                return groups.contains { environment.mayBeMember(types, ofType: $0) } ? .bool : .no
            case .any, .set: return [.yes, .no, .failure]
            default: return .failure
            }
        }
    }

    private func mayBeMember(
        _ types: Set<EntityTypeName>?,
        of group: EntityUID,
        _ variable: ExpressionNode?
    ) -> Bool {
        if case .variable(.action) = variable { return environment.actionMayBeMember(of: group) }
        return environment.mayBeMember(types, of: group)
    }

    /// `a.hasTag(b)` or, when the tag must be there, `a.getTag(b)`.
    mutating func tag(_ a: NodeID, _ b: NodeID, _ id: NodeID, orFail: Bool) -> PartialResult {
        if let failure = certainFailure(a, b) { return failure }
        if case .value(let target) = result(a), case .value(let nameValue) = result(b) {
            guard case .entity(let uid) = target else { return mismatch(.entity, found: target, id) }
            guard case .string(let name) = nameValue else { return mismatch(.string, found: nameValue, id) }
            switch find(uid) {
            case .entity(let handle):
                let value = entities.tag(name, of: handle)
                guard orFail else { return .value(.bool(value != nil)) }
                return value.map(PartialResult.value) ?? failure(.missingTag(name, of: uid), id)
            case .missing: return orFail ? failure(.missingEntity(uid), id) : .value(false)
            case .unknown: break
            }
        }
        let takesBoth = isSurely(a, .entity) && isSurely(b, .string)
        let tag = environment.tag(of: result(a).shape)
        var outcomes: PartialOutcomes = tag.mayBePresent ? PartialOutcomes(tag.shape).union(.failure) : .failure
        if !orFail { outcomes = tag.mayBePresent ? .bool : .no }
        return residue(id, orFail ? tag.shape : .bool, outcomes.failing(when: mayFail(a, b) || !takesBoth))
    }
}
