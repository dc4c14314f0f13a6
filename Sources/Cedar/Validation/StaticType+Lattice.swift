// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension StaticType {
    /// Whether every value of this type is one of `other`.
    ///
    /// In strict mode only the singletons of `Bool` and the empty set's elements are below another type; permissive
    /// mode adds entities of some types below entities of more, and records with more attributes below open ones.
    func isSubtype(of other: StaticType, _ mode: ValidationMode) -> Bool {
        switch (self, other) {
        case (.plain(let left), .plain(let right)) where left == right: return true
        case (.never, _): return true
        case (.truth(let left), .truth(let right)): return left == right
        case (.truth, .plain(.bool)): return true
        default: break
        }
        if let left = element, let right = other.element { return left.isSubtype(of: right, mode) }
        if let left = entityTypes, let right = other.entityTypes {
            return mode == .strict ? left == right : left.common(right) == left.count
        }
        if let left = asRecord, let right = other.asRecord { return left.isSubtype(of: right, mode) }
        return false
    }

    /// The smallest type above both; nil when there is none.
    func leastUpperBound(_ other: StaticType, _ mode: ValidationMode) -> StaticType? {
        if isSubtype(of: other, mode) { return other }
        if other.isSubtype(of: self, mode) { return self }
        if case (.truth, .truth) = (self, other) { return .bool }
        if let left = element, let right = other.element {
            return left.leastUpperBound(right, mode).map { .set(of: $0) }
        }
        if let left = entityTypes, let right = other.entityTypes {
            return mode == .strict ? nil : .entity(of: Set(left + right))
        }
        if let left = asRecord, let right = other.asRecord { return left.leastUpperBound(right, mode) }
        return nil
    }

    /// Whether no value is of both types, as far as anybody relies on it: only entities are looked at. Sets are never
    /// disjoint, for both may be empty.
    func isDisjoint(with other: StaticType) -> Bool {
        guard let left = entityTypes, let right = other.entityTypes else { return false }
        return left.common(right) == 0
    }
}

extension StaticRecord {
    func isSubtype(of other: StaticRecord, _ mode: ValidationMode) -> Bool {
        guard !isOpen || other.isOpen else { return false }
        // More attributes are allowed only below an open record, which strict mode never makes.
        guard attributes.count == other.attributes.count || (other.isOpen && mode == .permissive) else { return false }
        return other.attributes.allSatisfy { right in
            guard let left = self[right.name] else { return false }
            let fits = mode == .strict ? left.isRequired == right.isRequired : left.isRequired || !right.isRequired
            return fits && left.type.isSubtype(of: right.type, mode)
        }
    }

    /// Strict: the same attributes, equally required. Permissive: what both have and what fits together; the result is
    /// open when something had to be left out.
    func leastUpperBound(_ other: StaticRecord, _ mode: ValidationMode) -> StaticType? {
        var common: [Attribute] = []
        for left in attributes {
            let right = other[left.name]
            let type = right.flatMap { left.type.leastUpperBound($0.type, mode) }
            guard let right, let type, mode == .permissive || left.isRequired == right.isRequired else {
                if mode == .strict { return nil }
                continue
            }
            common.append(
                Attribute(name: left.name, type: type, isRequired: left.isRequired && right.isRequired)
            )
        }
        let isWhole = common.count == attributes.count && common.count == other.attributes.count
        if mode == .strict, !isWhole { return nil }
        return .record(of: common, isOpen: isOpen || other.isOpen || !isWhole)
    }
}

extension StaticType {
    /// How many types of entities it may be, 1 for anything else.
    var alternatives: Int {
        if case .entities(let types) = self { types.count } else { 1 }
    }

    /// How much there is to compare in it.
    var weight: Int {
        switch self {
        case .never, .truth: 1
        case .plain(let type): type.weight
        case .entities(let types): types.count
        case .set(let element): 1 + element.weight
        case .record(let record): record.attributes.reduce(1) { $0 + $1.type.weight }
        }
    }
}

extension [EntityTypeName] {
    /// How many of these, which are sorted, are among `others`, which are sorted as well.
    fileprivate func common(_ others: [EntityTypeName]) -> Int {
        var count = 0
        var left = 0
        var right = 0
        while left < self.count, right < others.count {
            if self[left] == others[right] {
                count += 1
                left += 1
                right += 1
            } else if self[left].text < others[right].text {
                left += 1
            } else {
                right += 1
            }
        }
        return count
    }
}
