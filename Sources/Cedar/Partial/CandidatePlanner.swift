// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Finds, in what is left of a policy, which entities can satisfy it.
///
/// Only what must be true counts: a conjunct that names an attribute's value narrows the candidates down, everything else
/// leaves all of them in. Failures need no thought, because a policy that fails is not satisfied. So no entity that
/// satisfies the policy is ever left out, and each candidate is confirmed by evaluation.
struct CandidatePlanner<Entities: EntityLookup> {
    /// What is looked for.
    let variable: Variable
    /// The type of the entities looked for.
    let type: EntityTypeName
    let directory: EntityDirectory
    /// The entities the policies see.
    let entities: Entities
    /// Whether they have the very attributes that the directory's have, so that an index may follow a path from one to
    /// the next. Otherwise the caller adds those that differ to the candidates.
    let areEntitiesStored: Bool
    /// The most entities one condition may name; beyond, a scan is as good.
    var maximumWidth = 256

    /// Which entities may satisfy what is left of a policy.
    func plan(_ residual: PolicyResidual) -> CandidatePlan {
        switch residual.outcome {
        case .satisfied: return .all
        case .unsatisfied, .failed: return .none
        case .open(let remainder):
            let scope = remainder.scope
            var parts = [plan(variable == .principal ? scope.principal : scope.resource)]
            let nodes = plans(of: remainder.expression)
            for condition in remainder.conditions {
                let node = nodes[condition.root.index]
                parts.append(condition.kind == .when ? node.ifTrue : node.ifFalse)
            }
            return .intersection(parts)
        }
    }

    private func plan(_ constraint: EntityConstraint) -> CandidatePlan {
        switch constraint {
        case .any: .all
        case .equal(.entity(let uid)): .one(uid)
        case .member(.entity(let group)): members(of: group)
        case .type(let wanted): wanted == type ? .all : .none
        case .typeAndMember(let wanted, .entity(let group)): wanted == type ? members(of: group) : .none
        case .equal(.slot), .member(.slot), .typeAndMember(_, .slot): .none
        }
    }

    /// The candidates when a node is true and when it is false.
    private struct Sides {
        var ifTrue = CandidatePlan.all
        var ifFalse = CandidatePlan.all
    }

    // Children stand before their parents.
    private func plans(of expression: PolicyExpression) -> [Sides] {
        var plans: [Sides] = []
        plans.reserveCapacity(expression.nodes.count)
        for (index, node) in expression.nodes.enumerated() {
            plans.append(sides(of: node, NodeID(index), expression, plans))
        }
        return plans
    }

    private func sides(
        of node: ExpressionNode,
        _ id: NodeID,
        _ expression: PolicyExpression,
        _ plans: [Sides]
    ) -> Sides {
        switch node {
        case .literal(let index):
            guard case .bool(let value) = expression[literal: index] else {
                return Sides(ifTrue: .none, ifFalse: .none)
            }
            return Sides(ifTrue: value ? .all : .none, ifFalse: value ? .none : .all)
        case .not(let a): return Sides(ifTrue: plans[a.index].ifFalse, ifFalse: plans[a.index].ifTrue)
        case .and(let range):
            let parts = expression[range].map { plans[$0.index] }
            return Sides(ifTrue: .intersection(parts.map(\.ifTrue)), ifFalse: .union(parts.map(\.ifFalse)))
        case .or(let range):
            let parts = expression[range].map { plans[$0.index] }
            return Sides(ifTrue: .union(parts.map(\.ifTrue)), ifFalse: .intersection(parts.map(\.ifFalse)))
        case .conditional(let a, let b, let c):
            let (a, b, c) = (plans[a.index], plans[b.index], plans[c.index])
            return Sides(
                ifTrue: .union([.intersection([a.ifTrue, b.ifTrue]), .intersection([a.ifFalse, c.ifTrue])]),
                ifFalse: .union([.intersection([a.ifTrue, b.ifFalse]), .intersection([a.ifFalse, c.ifFalse])])
            )
        case .comparison(.equal, let a, let b): return Sides(ifTrue: equality(a, b, expression))
        case .comparison(.notEqual, let a, let b): return Sides(ifFalse: equality(a, b, expression))
        case .attribute, .getTag:
            guard let path = path(id, expression) else { return Sides() }
            return Sides(ifTrue: having(.value(path), true), ifFalse: having(.value(path), false))
        case .membership(let a, let b): return Sides(ifTrue: membership(a, b, expression))
        case .isType(let a, let index):
            guard isSought(a, expression) else { return Sides() }
            let isRight = expression[type: index] == type
            return Sides(ifTrue: isRight ? .all : .none, ifFalse: isRight ? .none : .all)
        case .isTypeIn(let a, let index, let b):
            if isSought(a, expression), expression[type: index] != type { return Sides(ifTrue: .none) }
            return Sides(ifTrue: membership(a, b, expression))
        case .has(let a, let names):
            guard isSought(a, expression), let name = expression[names: names].first else { return Sides() }
            return Sides(
                ifTrue: .facet(.presence(EntityPath(names: [name], isTag: false)), key: EntityFacet.presenceKey)
            )
        case .hasTag(let a, let b):
            guard isSought(a, expression), case .string(let name)? = literal(b, expression) else { return Sides() }
            return Sides(
                ifTrue: .facet(.presence(EntityPath(names: [name], isTag: true)), key: EntityFacet.presenceKey)
            )
        case .setOperation(let operation, let a, let b):
            return Sides(ifTrue: sets(operation, a, b, expression))
        default: return Sides()
        }
    }

    private func isSought(_ id: NodeID, _ expression: PolicyExpression) -> Bool {
        expression[id] == .variable(variable)
    }

    private func literal(_ id: NodeID, _ expression: PolicyExpression) -> Value? {
        if case .literal(let index) = expression[id] { return expression[literal: index] }
        return nil
    }

    // The path that a node takes from the entity that is looked for.
    private func path(_ id: NodeID, _ expression: PolicyExpression) -> EntityPath? {
        var names: [Text] = []
        var target = id
        while case .attribute(let next, let index) = expression[target] {
            names.append(expression[name: index])
            target = next
        }
        var isTag = false
        if case .getTag(let next, let b) = expression[target], case .string(let name)? = literal(b, expression) {
            names.append(name)
            isTag = true
            target = next
        }
        guard isSought(target, expression), !names.isEmpty else { return nil }
        guard names.count == 1 || areEntitiesStored else { return nil }
        return EntityPath(names: names.reversed(), isTag: isTag)
    }

    private func having(_ facet: EntityFacet, _ value: Value) -> CandidatePlan {
        .facet(facet, key: EntityFacet.key(of: value))
    }

    private func equality(_ a: NodeID, _ b: NodeID, _ expression: PolicyExpression) -> CandidatePlan {
        for (side, other) in [(a, b), (b, a)] {
            guard let value = literal(other, expression) else { continue }
            if isSought(side, expression) {
                if case .entity(let uid) = value { return .one(uid) }
                return .none
            }
            if let path = path(side, expression) { return having(.value(path), value) }
        }
        return .all
    }

    private func members(of group: EntityUID) -> CandidatePlan {
        having(.groups, .entity(group))
    }

    private func membership(_ a: NodeID, _ b: NodeID, _ expression: PolicyExpression) -> CandidatePlan {
        if isSought(a, expression) {
            switch literal(b, expression) {
            case .entity(let group)?: return members(of: group)
            case .set(let groups)?:
                guard groups.elements.count <= maximumWidth else { return .all }
                return .union(
                    groups.elements.map { if case .entity(let group) = $0 { members(of: group) } else { .none } }
                )
            default: return .all
            }
        }
        if let path = path(a, expression) {
            switch literal(b, expression) {
            case .entity(let group)?: return having(.groupsOf(path), .entity(group))
            case .set(let groups)?:
                guard groups.elements.count <= maximumWidth else { return .all }
                return .union(groups.elements.map { having(.groupsOf(path), $0) })
            default: return .all
            }
        }
        guard case .entity(let uid)? = literal(a, expression), let above = ancestors(of: uid) else { return .all }
        if isSought(b, expression) { return .union(above.map(CandidatePlan.one)) }
        // `User::"a" in resource.readers`: the readers are the user or something above, or a set with one of those.
        guard let path = path(b, expression) else { return .all }
        return .union(above.map { having(.elements(path), .entity($0)) })
    }

    // The entity and everything above it; nil when that is too much or not known.
    private func ancestors(of uid: EntityUID) -> [EntityUID]? {
        guard let handle = directory.store.handle(of: uid) else { return entities.handle(of: uid) == nil ? [uid] : nil }
        let rows = directory.store.ancestorRows(of: handle)
        guard rows.count < maximumWidth else { return nil }
        return [uid] + rows.map { directory.store.uid(of: EntityHandle(Int($0))) }
    }

    private func sets(
        _ operation: ExpressionNode.SetOperation,
        _ a: NodeID,
        _ b: NodeID,
        _ expression: PolicyExpression
    ) -> CandidatePlan {
        if let path = path(a, expression), let value = literal(b, expression) {
            let elements: [Value]
            switch (operation, value) {
            case (.contains, _): elements = [value]
            case (_, .set(let set)): elements = set.elements
            default: return .none
            }
            guard elements.count <= maximumWidth else { return .all }
            let parts = elements.map { having(.elements(path), $0) }
            return operation == .containsAny ? .union(parts) : .intersection(parts)
        }
        if operation == .contains, case .set(let set)? = literal(a, expression), set.elements.count <= maximumWidth,
            let path = path(b, expression)
        {
            return .union(set.elements.map { having(.value(path), $0) })
        }
        return .all
    }
}
