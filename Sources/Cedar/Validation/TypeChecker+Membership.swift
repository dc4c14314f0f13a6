// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TypeChecker {
    /// `a is T`.
    mutating func typeTest(_ operand: NodeID, _ answer: Answer, _ type: EntityTypeName) -> Answer {
        let value = expect(answer, at: operand, .entity)
        guard let types = value.type?.entityTypes else { return .faulty(.bool) }
        let result: StaticType =
            if types.contains(type) { types.count == 1 ? .truth(true) : .bool } else { .truth(false) }
        return Answer(type: result).after(value)
    }

    /// `a is T in b`, which is `a is T && a in b`.
    mutating func advanceIsIn(_ task: Task, _ operand: NodeID, _ type: EntityTypeName, _ other: NodeID) {
        switch task.stage {
        case 0:
            again(task)
            push(operand, task.known)
        case 1:
            let value = pop()
            let test = typeTest(operand, value, type)
            guard test.type != .truth(false) else { return finish(task, test) }
            keep(test)
            keep(value)
            again(task)
            push(other, task.known)
        default:
            let group = pop()
            let value = pop()
            let member = membership(operand, other, value, group)
            finish(task, Self.both(pop(), member))
        }
    }

    /// `a in b`.
    mutating func membership(_ left: NodeID, _ right: NodeID, _ first: Answer, _ second: Answer) -> Answer {
        let member = expect(first, at: left, .entity)
        let group = expect(second, at: right, .entityOrEntities)
        guard !member.isFaulty, !group.isFaulty, let type = member.type, let other = group.type else {
            return .faulty(.bool)
        }
        // The schema knows all actions, so what is said of them alone is decided.
        if let action = entity(left), action.type.isAction, let groups = entities(right) {
            return Answer(type: .truth(groups.contains { $0.type.isAction && table.isAction(action, in: $0) }))
        }
        guard let types = type.entityTypes, let others = (other.element ?? other).entityTypes else {
            return Answer(type: .bool)
        }
        spend(types.count * others.count)
        let isPossible = types.contains { type in others.contains { table.may(type, beIn: $0) } }
        return Answer(type: isPossible ? .bool : .truth(false))
    }

    // The entity that is written there; the action is known.
    private func entity(_ node: NodeID) -> EntityUID? {
        switch expression[node] {
        case .variable(.action): return environment.action
        case .literal(let index):
            guard case .entity(let uid) = expression[literal: index] else { return nil }
            return uid
        default: return nil
        }
    }

    // The entities that are written there, alone or in a set; nil when it is anything else.
    private func entities(_ node: NodeID) -> [EntityUID]? {
        if let uid = entity(node) { return [uid] }
        guard case .set(let range) = expression[node] else { return nil }
        var uids: [EntityUID] = []
        for element in expression[range] {
            guard let uid = entity(element) else { return nil }
            uids.append(uid)
        }
        return uids
    }
}
