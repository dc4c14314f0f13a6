// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TypeChecker {
    /// `==`, `!=`, `<` and their kin.
    mutating func compare(
        _ node: NodeID,
        _ comparison: ExpressionNode.Comparison,
        _ left: NodeID,
        _ right: NodeID,
        _ first: Answer,
        _ second: Answer
    ) -> Answer {
        switch comparison {
        case .equal: return equal(node, left, right, first, second)
        case .notEqual:
            let answer = equal(node, left, right, first, second)
            guard case .truth(let value)? = answer.type else { return answer }
            return Answer(type: .truth(!value)).after(answer)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return order(left, right, first, second)
        }
    }

    private mutating func equal(
        _ node: NodeID,
        _ left: NodeID,
        _ right: NodeID,
        _ first: Answer,
        _ second: Answer
    ) -> Answer {
        var answer = Answer(type: .bool)
        if let one = first.type, let other = second.type, one.isDisjoint(with: other) {
            answer.type = .truth(false)
        } else if let one = constant(left), let other = constant(right) {
            answer.type = .truth(one == other)
        } else if mode == .strict {
            answer = mustFit(node, first.type, second.type, "values of different types are never equal")
        }
        return answer.after(first, second)
    }

    // In strict mode what is compared must be of one type.
    private mutating func mustFit(
        _ node: NodeID,
        _ left: StaticType?,
        _ right: StaticType?,
        _ help: String
    ) -> Answer {
        guard let left, let right, bound([left, right]) == nil else { return Answer(type: .bool) }
        incompatible(node, [left, right], help)
        return .faulty(.bool)
    }

    // A literal; the action, which is known, counts as one.
    private func constant(_ node: NodeID) -> Value? {
        switch expression[node] {
        case .literal(let index): expression[literal: index]
        case .variable(.action): .entity(environment.action)
        case .and, .or: truths[node.index].map(Value.bool)
        default: nil
        }
    }

    private mutating func order(_ left: NodeID, _ right: NodeID, _ first: Answer, _ second: Answer) -> Answer {
        guard let one = first.type, let other = second.type else { return .faulty(.bool) }
        let answer = Answer(type: .bool).after(first, second)
        if one == other, one.hasOrder { return answer }
        if one == .never || other == .never {
            let (type, node) = one == .never ? (other, right) : (one, left)
            if type.hasOrder { return answer }
            if type != .never { unexpected(node, type, StaticType.ordered) }
        } else if one.hasOrder, other != .long {
            unexpected(right, other, one.description)
        } else if other.hasOrder {
            unexpected(left, one, other.description)
        } else {
            unexpected(left, one, StaticType.ordered)
            unexpected(right, other, StaticType.ordered)
        }
        return .faulty(.bool)
    }

    /// `a + b - c` or `a * b`.
    mutating func arithmetic(_ operands: ArraySlice<NodeID>, _ values: [Answer]) -> Answer {
        var isFaulty = false
        for (operand, value) in zip(operands, values) {
            let checked = expect(value, at: operand, .long)
            isFaulty = isFaulty || checked.isFaulty
        }
        return isFaulty ? .faulty(.long) : Answer(type: .long)
    }

    /// `[a, b]`.
    mutating func set(_ node: NodeID, _ values: [Answer]) -> Answer {
        if values.isEmpty, mode == .strict {
            report(
                .emptySet,
                "an empty set has no type of elements",
                at: node,
                help: "compare with isEmpty(), or write the elements that are meant"
            )
            return .faulty(nil)
        }
        var types: [StaticType] = []
        for value in values {
            guard let type = value.type else { return .faulty(nil) }
            types.append(type)
        }
        guard let element = bound(types) else {
            incompatible(node, types, "the elements of a set must be of one type")
            return .faulty(nil)
        }
        let isFaulty = values.contains { $0.isFaulty }
        return Answer(type: .set(of: element), isFaulty: isFaulty)
    }

    /// The smallest type above all of `types`, ``StaticType/never`` when there are none; nil when there is none.
    mutating func bound(_ types: [StaticType]) -> StaticType? {
        var result = StaticType.never
        for type in types {
            // Comparing large types costs more than a node, and joining those that differ far more.
            spend(type.weight / 16)
            guard type != result else { continue }
            spend(result.weight)
            guard !isExhausted, let next = result.leastUpperBound(type, mode) else { return nil }
            result = next
        }
        return result
    }

    /// `{x: a, y: b}`.
    func record(_ keys: ArraySlice<Text>, _ values: [Answer]) -> Answer {
        var attributes: [StaticRecord.Attribute] = []
        for (key, value) in zip(keys, values) {
            guard let type = value.type else { return .faulty(nil) }
            attributes.append(StaticRecord.Attribute(name: key, type: type, isRequired: true))
        }
        return Answer(type: .record(of: attributes), isFaulty: values.contains { $0.isFaulty })
    }

    /// `a.contains(b)` and its kin.
    mutating func setOperation(
        _ node: NodeID,
        _ operation: ExpressionNode.SetOperation,
        _ left: NodeID,
        _ right: NodeID,
        _ first: Answer,
        _ second: Answer
    ) -> Answer {
        let receiver = expect(first, at: left, .set)
        var argument = second
        var answer = Answer(type: .bool)
        switch operation {
        case .contains:
            if mode == .strict {
                let help = "a set holds nothing of another type than its elements'"
                answer = mustFit(node, receiver.type?.element, argument.type, help)
            }
        case .containsAll, .containsAny:
            argument = expect(second, at: right, .set)
            if mode == .strict {
                answer = mustFit(node, receiver.type, argument.type, "the elements of both sets must be of one type")
            }
        }
        return answer.after(receiver, argument)
    }

    /// A call of an extension function.
    mutating func call(
        _ node: NodeID,
        _ function: ExtensionFunction,
        _ operands: ArraySlice<NodeID>,
        _ values: [Answer]
    ) -> Answer {
        let result = StaticType.plain(function.result)
        let literals = operands.compactMap { operand -> Value? in
            guard case .literal(let index) = expression[operand] else { return nil }
            return expression[literal: index]
        }
        var isSound = true
        if operands.count != function.arity {
            report(
                .arity,
                "\(function.rawValue) takes \(function.arity) values, the one before the dot included; "
                    + "\(operands.count) given",
                at: node
            )
            isSound = false
        }
        if function.isConstructor {
            isSound = checkConstructor(node, function, operands.count, literals) && isSound
        }
        guard isSound else { return .faulty(result) }
        var isFaulty = false
        for ((operand, value), type) in zip(zip(operands, values), function.parameters) {
            let checked = expect(value, at: operand, .exactly(type))
            isFaulty = isFaulty || checked.isFaulty
        }
        return Answer(type: result, isFaulty: isFaulty)
    }

    // A text that a constructor cannot read would fail in every request; one that is computed cannot be checked.
    private mutating func checkConstructor(
        _ node: NodeID,
        _ function: ExtensionFunction,
        _ count: Int,
        _ literals: [Value]
    ) -> Bool {
        var isSound = true
        if count == 1, case .string(let text)? = literals.first, (try? function.apply(.string(text), nil)) == nil {
            report(
                .constructorText,
                "\(text.quoted) cannot be read by \(function.rawValue)",
                at: node,
                help: "write it like \(function.rawValue)(\(function.example))"
            )
            isSound = false
        }
        if mode == .strict, literals.count != count {
            report(
                .computedConstructor,
                "the argument of \(function.rawValue) is not a literal",
                at: node,
                help: "give the attribute the type itself in the schema, or write the text here"
            )
            isSound = false
        }
        return isSound
    }
}

extension StaticType {
    static let ordered = "Long, datetime or duration"

    /// Whether `<` takes values of this type.
    var hasOrder: Bool {
        switch self {
        case .plain(.long), .plain(.datetime), .plain(.duration): true
        default: false
        }
    }
}

extension ExtensionFunction {
    /// The types of what it takes, the value before the dot first.
    var parameters: [SchemaType] {
        switch self {
        case .decimal, .ip, .datetime, .duration: [.string]
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual: [.decimal, .decimal]
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast: [.ipaddr]
        case .isInRange: [.ipaddr, .ipaddr]
        case .offset: [.datetime, .duration]
        case .durationSince: [.datetime, .datetime]
        case .toDate, .toTime: [.datetime]
        case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: [.duration]
        }
    }

    /// The type of what it gives.
    var result: SchemaType {
        switch self {
        case .decimal: .decimal
        case .ip: .ipaddr
        case .datetime, .offset, .toDate: .datetime
        case .duration, .durationSince, .toTime: .duration
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual, .isIpv4, .isIpv6, .isLoopback,
            .isMulticast, .isInRange:
            .bool
        case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: .long
        }
    }

    /// An argument of a constructor, for help.
    fileprivate var example: String {
        switch self {
        case .decimal: "\"12.34\""
        case .ip: "\"10.0.0.0/8\""
        case .datetime: "\"2026-01-31T12:00:00Z\""
        default: "\"1d12h\""
        }
    }
}
