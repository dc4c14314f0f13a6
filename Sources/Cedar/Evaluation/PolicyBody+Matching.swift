// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyBody {
    /// Whether the policy is about this request at all. It asks nothing that can fail.
    func matchesScope(_ evaluation: borrowing Evaluation, _ entities: some EntityLookup) -> Bool {
        // In the order in which they are likely to say no at little cost.
        matches(scope.action, evaluation.request.action, evaluation.action, entities)
            && matches(scope.principal, evaluation.request.principal, evaluation.principal, entities)
            && matches(scope.resource, evaluation.request.resource, evaluation.resource, entities)
    }

    /// The parts of the scope that do not match, so that one can say how near it was; nil as soon as they are as far as
    /// `horizon`. Empty when the policy is about this request.
    func unmetScope(
        _ evaluation: borrowing Evaluation,
        within horizon: Int,
        _ entities: some EntityLookup
    ) -> ScopeParts? {
        var unmet: ScopeParts = []
        if !matches(scope.action, evaluation.request.action, evaluation.action, entities) {
            unmet.insert(.action)
            if unmet.distance >= horizon { return nil }
        }
        if !matches(scope.principal, evaluation.request.principal, evaluation.principal, entities) {
            unmet.insert(.principal)
            if unmet.distance >= horizon { return nil }
        }
        if !matches(scope.resource, evaluation.request.resource, evaluation.resource, entities) {
            unmet.insert(.resource)
            if unmet.distance >= horizon { return nil }
        }
        return unmet
    }

    private func matches(
        _ constraint: ActionConstraint,
        _ uid: EntityUID,
        _ handle: EntityHandle?,
        _ entities: some EntityLookup
    ) -> Bool {
        switch constraint {
        case .any: return true
        case .equal(let wanted): return uid == wanted
        case .member(let group): return Evaluation.isMember(uid, handle, of: group, entities)
        case .memberOfAny(let groups):
            for index in groups.indices where Evaluation.isMember(uid, handle, of: groups[index], entities) {
                return true
            }
            return false
        }
    }

    private func matches(
        _ constraint: EntityConstraint,
        _ uid: EntityUID,
        _ handle: EntityHandle?,
        _ entities: some EntityLookup
    ) -> Bool {
        switch constraint {
        case .any: true
        case .equal(.entity(let wanted)): uid == wanted
        case .member(.entity(let group)): Evaluation.isMember(uid, handle, of: group, entities)
        case .type(let type): uid.type == type
        case .typeAndMember(let type, .entity(let group)):
            uid.type == type && Evaluation.isMember(uid, handle, of: group, entities)
        // A template matches nothing until it is linked.
        case .equal(.slot), .member(.slot), .typeAndMember(_, .slot): false
        }
    }
}
