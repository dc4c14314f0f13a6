// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyClauses {
    /// Why no request can satisfy all of it; nil when nothing here says so.
    ///
    /// - Parameter table: What the clauses' numbers stand for.
    func contradiction(_ table: ClauseTable) -> String? {
        if case .memberOfAny(let actions) = scope.action, actions.isEmpty { return "it is about no action" }
        var values: [Int: Value] = [:]
        var types: [Int: EntityTypeName] = [:]
        var bounds: [Int: ClosedRange<Int64>] = [:]
        /// Whether an expression can still be of this type.
        func take(_ type: EntityTypeName, of number: Int) -> Bool {
            types.updateValue(type, forKey: number).map { $0 == type } ?? true
        }
        for (variable, constraint) in [(Variable.principal, scope.principal), (.resource, scope.resource)] {
            guard let number = table.known(.variable(variable)) else { continue }
            switch constraint {
            case .equal(.entity(let uid)):
                values[number] = .entity(uid)
                types[number] = uid.type
            case .type(let type), .typeAndMember(let type, _): types[number] = type
            default: break
            }
        }
        for clause in clauses {
            if set.contains(Clause(number: clause.number, isNegated: !clause.isNegated)) {
                return "one of its conditions is the opposite of another"
            }
            let shape = table.shapes[clause.number]
            if case .literal(let value) = shape {
                // A literal that was not dropped is false, or no truth value at all.
                return "a condition is always \(value)"
            }
            guard !clause.isNegated else { continue }
            switch shape {
            case .isType(let operand, let type):
                guard take(type, of: operand) else { return "nothing is of two types" }
            case .equal(let left, let right):
                guard let (operand, value) = table.comparedWithLiteral(left, right) else { continue }
                if let other = values.updateValue(value, forKey: operand), other != value {
                    return "nothing is equal to both \(other) and \(value)"
                }
                if case .entity(let uid) = value {
                    guard take(uid.type, of: operand) else { return "nothing is of two types" }
                }
                guard case .long(let number) = value else { continue }
                guard Self.narrow(&bounds, operand, number...number) else { return "no number lies in these bounds" }
            case .less(let left, let right), .lessOrEqual(let left, let right):
                var isStrict = false
                if case .less = shape { isStrict = true }
                guard let range = table.range(left, right, isStrict: isStrict) else {
                    if table.isBounded(left, right) { return "no number lies in these bounds" }
                    continue
                }
                guard Self.narrow(&bounds, range.operand, range.bounds) else { return "no number lies in these bounds" }
            default: break
            }
        }
        return nil
    }

    /// Whether something of both ranges is left.
    private static func narrow(
        _ bounds: inout [Int: ClosedRange<Int64>],
        _ operand: Int,
        _ range: ClosedRange<Int64>
    ) -> Bool {
        guard let old = bounds[operand] else {
            bounds[operand] = range
            return true
        }
        guard old.overlaps(range) else { return false }
        bounds[operand] = old.clamped(to: range)
        return true
    }
}

extension ClauseTable {
    /// The other operand and the literal, where exactly one is a literal.
    func comparedWithLiteral(_ left: Int, _ right: Int) -> (operand: Int, value: Value)? {
        switch (shapes[left], shapes[right]) {
        case (.literal, .literal): nil
        case (.literal(let value), _): (right, value)
        case (_, .literal(let value)): (left, value)
        default: nil
        }
    }

    /// What `left < right`, or `<=`, leaves of an operand that is compared with a literal; nil when neither is one or
    /// nothing is left.
    func range(_ left: Int, _ right: Int, isStrict: Bool) -> (operand: Int, bounds: ClosedRange<Int64>)? {
        switch (shapes[left], shapes[right]) {
        case (.literal(.long(let low)), let other):
            if case .literal = other { return nil }
            guard !isStrict || low < .max else { return nil }
            return (right, (isStrict ? low + 1 : low)...Int64.max)
        case (_, .literal(.long(let high))):
            guard !isStrict || high > .min else { return nil }
            return (left, Int64.min...(isStrict ? high - 1 : high))
        default: return nil
        }
    }

    /// Whether one operand is a number as a literal.
    func isBounded(_ left: Int, _ right: Int) -> Bool {
        guard case .literal(.long)? = comparedWithLiteral(left, right).map({ Shape.literal($0.value) }) else {
            return false
        }
        return true
    }
}
