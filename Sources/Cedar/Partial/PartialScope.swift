// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a partial request makes of scopes. They cannot fail, so a constraint holds, does not, or is left over.
struct PartialScope<Entities: EntityLookup> {
    let evaluation: PartialEvaluation<Entities>
    private var request: PartialRequest { evaluation.request }
    private var environment: PartialEnvironment { evaluation.environment }

    /// What is left of `scope`: constraints that hold became `any`; nil when one does not hold.
    func residue(_ scope: Scope) -> Scope? {
        guard let action = residue(scope.action),
            let principal = residue(scope.principal, request.principal, environment.principal),
            let resource = residue(scope.resource, request.resource, environment.resource)
        else { return nil }
        return Scope(principal: principal, action: action, resource: resource)
    }

    private func residue(
        _ constraint: EntityConstraint,
        _ entity: PartialEntity,
        _ types: Set<EntityTypeName>?
    ) -> EntityConstraint? {
        switch constraint {
        case .any: .any
        case .equal(.entity(let wanted)): left(constraint, isEqual(entity, wanted, types))
        case .member(.entity(let group)): left(constraint, isMember(entity, group, types))
        case .type(let type): left(constraint, isType(type, types))
        case .typeAndMember(let type, .entity(let group)):
            switch isType(type, types) {
            case false?: nil
            case true?: left(.member(.entity(group)), isMember(entity, group, types))
            case nil: isMember(entity, group, [type]) == false ? nil : constraint
            }
        // A template matches nothing until it is linked.
        case .equal(.slot), .member(.slot), .typeAndMember(_, .slot): nil
        }
    }

    private func residue(_ constraint: ActionConstraint) -> ActionConstraint? {
        switch constraint {
        case .any: return .any
        case .equal(let wanted):
            switch isEqual(request.action, wanted, environment.actionTypes) {
            case true?: return .any
            case false?: return nil
            case nil: return environment.actions?.contains { $0.uid == wanted } == false ? nil : constraint
            }
        case .member(let group):
            switch isAction(in: group) {
            case true?: return .any
            case false?: return nil
            case nil: return constraint
            }
        case .memberOfAny(let groups):
            var open: [EntityUID] = []
            for group in groups {
                switch isAction(in: group) {
                case true?: return .any
                case false?: break
                case nil: open.append(group)
                }
            }
            return open.isEmpty ? nil : .memberOfAny(open)
        }
    }

    private func left(_ constraint: EntityConstraint, _ truth: Bool?) -> EntityConstraint? {
        switch truth {
        case true?: .any
        case false?: nil
        case nil: constraint
        }
    }

    private func isAction(in group: EntityUID) -> Bool? {
        if case .known(let action) = request.action { return evaluation.isMember(action, of: group) }
        return environment.actionMayBeMember(of: group) ? nil : false
    }

    private func isEqual(_ entity: PartialEntity, _ wanted: EntityUID, _ types: Set<EntityTypeName>?) -> Bool? {
        if case .known(let uid) = entity { return uid == wanted }
        return types?.contains(wanted.type) == false ? false : nil
    }

    private func isMember(_ entity: PartialEntity, _ group: EntityUID, _ types: Set<EntityTypeName>?) -> Bool? {
        if case .known(let uid) = entity { return evaluation.isMember(uid, of: group) }
        return environment.mayBeMember(types, of: group) ? nil : false
    }

    private func isType(_ type: EntityTypeName, _ types: Set<EntityTypeName>?) -> Bool? {
        guard let types else { return nil }
        return types.contains(type) ? (types.count == 1 ? true : nil) : false
    }
}
