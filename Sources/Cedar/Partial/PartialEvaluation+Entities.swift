// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PartialEvaluation {
    /// An entity as far as it can be looked up.
    enum Found {
        case entity(EntityHandle)
        /// It is sure not to exist.
        case missing
        /// It may be among those still to come.
        case unknown
    }

    /// Looks up `uid`.
    func find(_ uid: EntityUID) -> Found {
        if let handle = entities.handle(of: uid) { return .entity(handle) }
        return request.entitiesAreComplete ? .missing : .unknown
    }

    /// Whether `uid` is, or is below, `group`; nil when that cannot be known yet.
    func isMember(_ uid: EntityUID, of group: EntityUID) -> Bool? {
        if uid == group { return true }
        switch find(uid) {
        case .entity(let handle): return entities.isMember(handle, of: group)
        case .missing: return false
        case .unknown: return environment.mayBeMember([uid.type], of: group) ? nil : false
        }
    }

    // The entity variable that the node is, when nothing is known of it but its type.
    private func unknownVariable(_ id: NodeID) -> Variable? {
        guard case .variable(let variable) = expression[id], variable != .context, result(id).value == nil else {
            return nil
        }
        return variable
    }

    // Whether an entity that this node gives is sure to be found.
    private func exists(_ id: NodeID) -> Bool {
        request.unknownsExist && unknownVariable(id).map { $0 != .action } ?? false
    }

    /// `a.name`.
    mutating func attribute(_ a: NodeID, _ name: Text, _ id: NodeID) -> PartialResult {
        if case .variable(.context) = expression[a], case .partly(let known, let unknown) = request.context {
            if let value = known[name] { return .value(value) }
            if !unknown.contains(name) { return failure(.missingAttribute(name, of: nil), id) }
        }
        switch result(a) {
        case .failure: return result(a)
        case .value(.record(let record)):
            return record[name].map(PartialResult.value) ?? failure(.missingAttribute(name, of: nil), id)
        case .value(.entity(let uid)):
            switch find(uid) {
            case .entity(let handle):
                return entities.attribute(name, of: handle).map(PartialResult.value)
                    ?? failure(.missingAttribute(name, of: uid), id)
            case .missing: return failure(.missingEntity(uid), id)
            case .unknown: break
            }
        case .value(let value): return mismatch(.record, .entity, found: value, id)
        case .residue: break
        }
        let attribute = environment.attribute(name, of: result(a).shape, exists: exists(a))
        var outcomes: PartialOutcomes = attribute.mayBePresent ? PartialOutcomes(attribute.shape) : []
        outcomes = outcomes.failing(when: attribute.mayBeAbsent || mayFail(a))
        return residue(id, attribute.shape, outcomes)
    }

    /// `a has x` or `a has x.y.z`.
    mutating func has(_ a: NodeID, _ names: ArraySlice<Text>, _ id: NodeID) -> PartialResult {
        if case .variable(.context) = expression[a], case .partly(let known, let unknown) = request.context,
            let first = names.first
        {
            if let value = known[first] { return has(value, names.dropFirst(), id) }
            if !unknown.contains(first) { return .value(false) }
        }
        switch result(a) {
        case .failure: return result(a)
        case .value(let value): return has(value, names, id)
        case .residue(let residue):
            let outcomes = presence(of: names, in: residue.shape, exists: exists(a))
            return self.residue(id, .bool, outcomes.failing(when: residue.outcomes.contains(.failure)))
        }
    }

    private mutating func has(_ value: Value, _ names: ArraySlice<Text>, _ id: NodeID) -> PartialResult {
        var value = value
        for (index, name) in zip(names.indices, names) {
            let next: Value?
            switch value {
            case .record(let record): next = record[name]
            case .entity(let uid):
                switch find(uid) {
                case .entity(let handle): next = entities.attribute(name, of: handle)
                case .missing: next = nil
                case .unknown:
                    let shape = PartialShape(of: value)
                    return residue(id, .bool, presence(of: names[index...], in: shape, exists: false))
                }
            default: return mismatch(.record, .entity, found: value, id)
            }
            guard let next else { return .value(false) }
            value = next
        }
        return .value(true)
    }

    // What may come of `x has a.b.c`, `x being of a shape: each step leads on, or says no, or fails where there is
    // neither a record nor an entity.
    private func presence(of names: ArraySlice<Text>, in shape: PartialShape, exists: Bool) -> PartialOutcomes {
        var shape = shape
        var exists = exists
        var outcomes: PartialOutcomes = []
        for name in names {
            switch shape {
            case .any: outcomes.insert(.failure)
            case .record, .entity: break
            default: return outcomes.union(.failure)
            }
            let attribute = environment.attribute(name, of: shape, exists: exists)
            if attribute.mayBeAbsent { outcomes.insert(.no) }
            if !attribute.mayBePresent { return outcomes }
            shape = attribute.shape
            exists = false
        }
        return outcomes.union(.yes)
    }

    /// `a is T`.
    mutating func isType(_ a: NodeID, _ type: EntityTypeName, _ id: NodeID) -> PartialResult {
        switch result(a) {
        case .value(.entity(let uid)): return .value(.bool(uid.type == type))
        case .value(let value): return mismatch(.entity, found: value, id)
        case .failure: return result(a)
        case .residue(let residue):
            let outcomes = outcomes(ofType: type, residue.shape)
            return self.residue(id, .bool, outcomes.failing(when: residue.outcomes.contains(.failure)))
        }
    }

    private func outcomes(ofType type: EntityTypeName, _ shape: PartialShape) -> PartialOutcomes {
        switch shape {
        case .entity(let types?): return types == [type] ? .yes : types.contains(type) ? .bool : .no
        case .entity(nil): return .bool
        case .any: return [.yes, .no, .failure]
        default: return .failure
        }
    }

    /// `a is T in b`: `b` is looked at only when the type is right.
    mutating func isType(
        _ a: NodeID,
        _ type: EntityTypeName,
        in b: NodeID,
        _ id: NodeID
    ) -> PartialResult {
        switch result(a) {
        case .value(.entity(let uid)):
            return uid.type == type ? membership(a, b, id) : .value(false)
        case .value(let value): return mismatch(.entity, found: value, id)
        case .failure: return result(a)
        case .residue(let residue):
            var outcomes = outcomes(ofType: type, residue.shape)
            if outcomes.contains(.yes) {
                outcomes.remove(.yes)
                outcomes.formUnion(memberOutcomes([type], b).failing(when: mayFail(b)))
            }
            return self.residue(id, .bool, outcomes.failing(when: residue.outcomes.contains(.failure)))
        }
    }
}
