// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Evaluation {
    /// `variable.a.b.c`.
    func path(
        _ variable: Variable,
        _ names: OperandRange,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Value {
        var place = Int(names.start)
        let first = body.expression.names[Int(body.program.paths[place])]
        var value: Value
        if variable == .context {
            guard let member = request.context[first] else {
                throw failure(.missingAttribute(first, of: nil), current)
            }
            value = member
        } else {
            value = try attribute(first, of: uid(of: variable), handle(of: variable), current, entities)
        }
        place += 1
        while place < Int(names.end) {
            value = try attribute(body.expression.names[Int(body.program.paths[place])], of: value, current, entities)
            place += 1
        }
        return value
    }

    /// `target.name`, the target at hand.
    func attribute(
        _ name: Int32,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Value {
        try attribute(body.expression.names[Int(name)], of: top, current, entities)
    }

    private func attribute(
        _ name: Text,
        of value: Value,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Value {
        switch value {
        case .record(let record):
            if let member = record[name] { return member }
            throw failure(.missingAttribute(name, of: nil), current)
        case .entity(let uid): return try attribute(name, of: uid, entities.handle(of: uid), current, entities)
        default: throw mismatch(.record, .entity, found: value.kind, current)
        }
    }

    private func attribute(
        _ name: Text,
        of uid: EntityUID,
        _ handle: EntityHandle?,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Value {
        guard let handle else { throw failure(.missingEntity(uid), current) }
        if let value = entities.attribute(name, of: handle) { return value }
        throw failure(.missingAttribute(name, of: uid), current)
    }

    /// `variable has name`, the variable an entity.
    func has(_ variable: Variable, _ name: Int32, _ entities: some EntityLookup) -> Bool {
        guard let handle = handle(of: variable) else { return false }
        return entities.attribute(body.expression.names[Int(name)], of: handle) != nil
    }

    /// `target has a.b.c`, the target at hand: each step must be there, and each but the last a record or an entity.
    func has(
        _ names: OperandRange,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Bool {
        var value = top
        for name in body.expression.names[names.range] {
            let next: Value?
            switch value {
            case .record(let record): next = record[name]
            case .entity(let uid): next = entities.handle(of: uid).flatMap { entities.attribute(name, of: $0) }
            default: throw mismatch(.record, .entity, found: value.kind, current)
            }
            guard let next else { return false }
            value = next
        }
        return true
    }

    /// `variable in group`, the variable an entity.
    func isMember(
        _ variable: Variable,
        of group: Value,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Bool {
        try isMember(uid(of: variable), handle(of: variable), of: group, current, entities)
    }

    /// `left in right`.
    func membership(
        _ left: Value,
        of group: Value,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Bool {
        guard case .entity(let uid) = left else { throw mismatch(.entity, found: left.kind, current) }
        return try isMember(uid, entities.handle(of: uid), of: group, current, entities)
    }

    // Equal to, or below, an entity or one of a set of entities.
    private func isMember(
        _ uid: EntityUID,
        _ handle: EntityHandle?,
        of group: Value,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Bool {
        switch group {
        case .entity(let ancestor):
            return Self.isMember(uid, handle, of: ancestor, entities)
        case .set(let elements):
            // A set with anything but entities is an error, even when an entity before it matches.
            for element in elements.elements where element.kind != .entity {
                throw mismatch(.entity, found: element.kind, current)
            }
            for case .entity(let ancestor) in elements.elements
            where Self.isMember(uid, handle, of: ancestor, entities) { return true }
            return false
        default: throw mismatch(.set, .entity, found: group.kind, current)
        }
    }

    /// Whether an entity is, or is below, `ancestor`.
    static func isMember(
        _ uid: EntityUID,
        _ handle: EntityHandle?,
        of ancestor: EntityUID,
        _ entities: some EntityLookup
    ) -> Bool {
        if uid == ancestor { return true }
        guard let handle else { return false }
        return entities.isMember(handle, of: ancestor)
    }

    /// `target.hasTag(name)` or, when the tag must be there, `target.getTag(name)`; the name is at hand.
    mutating func tag(
        orFail: Bool,
        _ target: Value,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) {
        guard case .entity(let uid) = target else { throw mismatch(.entity, found: target.kind, current) }
        guard case .string(let name) = top else { throw mismatch(.string, found: top.kind, current) }
        let handle = entities.handle(of: uid)
        let value = handle.flatMap { entities.tag(name, of: $0) }
        guard orFail else {
            top = .bool(value != nil)
            return
        }
        guard let value else {
            throw failure(handle == nil ? .missingEntity(uid) : .missingTag(name, of: uid), current)
        }
        top = value
    }
}
