// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PartialEvaluation {
    /// `==` and `!=`, which never fail, and the comparisons of order.
    mutating func compare(
        _ comparison: ExpressionNode.Comparison,
        _ a: NodeID,
        _ b: NodeID,
        _ id: NodeID
    ) -> PartialResult {
        if let failure = certainFailure(a, b) { return failure }
        let left = result(a)
        let right = result(b)
        if comparison == .equal || comparison == .notEqual {
            if let left = left.value, let right = right.value {
                return .value(.bool((left == right) == (comparison == .equal)))
            }
            var outcomes = PartialOutcomes.bool
            if left.shape.isDisjoint(from: right.shape) { outcomes = comparison == .equal ? .no : .yes }
            return residue(id, .bool, outcomes.failing(when: mayFail(a, b)))
        }
        if let left = left.value, let right = right.value { return compare(comparison, left, right, id) }
        let agree = isSurely(a, .long, .datetime, .duration) && left.shape.kind == right.shape.kind
        return residue(id, .bool, PartialOutcomes.bool.failing(when: mayFail(a, b) || !agree))
    }

    private func compare(
        _ comparison: ExpressionNode.Comparison,
        _ left: Value,
        _ right: Value,
        _ id: NodeID
    ) -> PartialResult {
        switch (left, right) {
        case (.long(let left), .long(let right)): .value(.bool(comparison.holds(left, right)))
        case (.datetime(let left), .datetime(let right)):
            .value(.bool(comparison.holds(left.milliseconds, right.milliseconds)))
        case (.duration(let left), .duration(let right)):
            .value(.bool(comparison.holds(left.milliseconds, right.milliseconds)))
        default:
            switch left.kind {
            case .long, .datetime, .duration: mismatch(left.kind, found: right, id)
            default: mismatch(.long, .datetime, .duration, found: left, id)
            }
        }
    }

    /// `-a`.
    mutating func negate(_ a: NodeID, _ id: NodeID) -> PartialResult {
        switch result(a) {
        case .value(.long(let value)):
            let (negated, overflow) = (0 as Int64).subtractingReportingOverflow(value)
            return overflow ? failure(.overflow(0, "-", value), id) : .value(.long(negated))
        case .value(let value): return mismatch(.long, found: value, id)
        case .failure: return result(a)
        case .residue: return residue(id, .long, [.other, .failure])
        }
    }

    /// `a + b - ...` and `a * b * ...`: the known operands in front are calculated, the rest stays.
    mutating func arithmetic(_ range: OperandRange, _ id: NodeID) -> PartialResult {
        let operands = expression[range]
        guard let first = operands.first else { return residue(id, .long, [.other, .failure]) }
        guard var value = result(first).value else {
            if case .failure = result(first) { return result(first) }
            return residue(id, .long, [.other, .failure])
        }
        for index in operands.indices.dropFirst() {
            switch result(operands[index]) {
            case .failure: return result(operands[index])
            case .residue: return rest(value, range, from: index, id)
            case .value(let next):
                let step = calculate(value, next, at: index, id)
                guard let sum = step.value else { return step }
                value = sum
            }
        }
        return .value(value)
    }

    // The operands from `start` on, with `value` in front for those before.
    private mutating func rest(_ value: Value, _ range: OperandRange, from start: Int, _ id: NodeID) -> PartialResult {
        var nodes = [builder.literal(value, expression[span: id])]
        for operand in expression.operands[start..<range.range.upperBound] { nodes.append(emit(operand)) }
        let signs = [false] + expression.isSubtracted[start..<range.range.upperBound]
        let operands = builder.operands(nodes[...], subtracted: signs[...])
        if case .product = expression[id] { return residue(id, as: .product(operands), .long, [.other, .failure]) }
        return residue(id, as: .sum(operands), .long, [.other, .failure])
    }

    private func calculate(_ left: Value, _ right: Value, at index: Int, _ id: NodeID) -> PartialResult {
        guard case .long(let left) = left else { return mismatch(.long, found: left, id) }
        guard case .long(let right) = right else { return mismatch(.long, found: right, id) }
        let sign: Character
        let (result, overflow): (Int64, Bool)
        if case .product = expression[id] {
            sign = "*"
            (result, overflow) = left.multipliedReportingOverflow(by: right)
        } else if expression.isSubtracted[index] {
            sign = "-"
            (result, overflow) = left.subtractingReportingOverflow(right)
        } else {
            sign = "+"
            (result, overflow) = left.addingReportingOverflow(right)
        }
        return overflow ? failure(.overflow(left, sign, right), id) : .value(.long(result))
    }

    /// `a like "..."`.
    mutating func like(_ a: NodeID, _ pattern: LikePattern, _ id: NodeID) -> PartialResult {
        switch result(a) {
        case .value(.string(let text)): .value(.bool(pattern.matches(text)))
        case .value(let value): mismatch(.string, found: value, id)
        case .failure: result(a)
        case .residue:
            residue(id, .bool, PartialOutcomes.bool.failing(when: mayFail(a) || !isSurely(a, .string)))
        }
    }

    /// `.contains`, `.containsAll` and `.containsAny`.
    mutating func apply(
        _ operation: ExpressionNode.SetOperation,
        _ a: NodeID,
        _ b: NodeID,
        _ id: NodeID
    ) -> PartialResult {
        if let failure = certainFailure(a, b) { return failure }
        if let left = result(a).value, let right = result(b).value {
            guard case .set(let elements) = left else { return mismatch(.set, found: left, id) }
            if operation == .contains { return .value(.bool(elements.contains(right))) }
            guard case .set(let others) = right else { return mismatch(.set, found: right, id) }
            return .value(
                .bool(operation == .containsAll ? elements.containsAll(others) : elements.containsAny(others))
            )
        }
        let takesBoth = isSurely(a, .set) && (operation == .contains || isSurely(b, .set))
        return residue(id, .bool, PartialOutcomes.bool.failing(when: mayFail(a, b) || !takesBoth))
    }

    /// `a.isEmpty()`.
    mutating func isEmpty(_ a: NodeID, _ id: NodeID) -> PartialResult {
        switch result(a) {
        case .value(.set(let elements)): .value(.bool(elements.isEmpty))
        case .value(let value): mismatch(.set, found: value, id)
        case .failure: result(a)
        case .residue:
            residue(id, .bool, PartialOutcomes.bool.failing(when: mayFail(a) || !isSurely(a, .set)))
        }
    }

    /// A set of the operands' values.
    mutating func gather(
        _ range: OperandRange,
        _ id: NodeID,
        shape: PartialShape,
        _ make: ([Value]) -> Value
    ) -> PartialResult {
        let operands = expression[range]
        if let failure = certainFailure(operands) { return failure }
        let values = operands.compactMap { result($0).value }
        if values.count == operands.count { return .value(make(values)) }
        let mayFail = operands.contains { result($0).mayFail }
        return residue(id, shape, PartialOutcomes.other.failing(when: mayFail))
    }

    /// A record of the operands' values.
    mutating func record(_ range: OperandRange, _ keys: ArraySlice<Text>, _ id: NodeID) -> PartialResult {
        gather(range, id, shape: .record(nil)) { .record(Record(zip(keys, $0))) }
    }

    /// A call of an extension function.
    mutating func call(_ function: ExtensionFunction, _ range: OperandRange, _ id: NodeID) -> PartialResult {
        let operands = expression[range]
        if let failure = certainFailure(operands) { return failure }
        let values = operands.compactMap { result($0).value }
        guard values.count == operands.count else {
            let shape = PartialShape(function.result)
            return residue(id, shape, PartialOutcomes(shape).union(.failure))
        }
        guard values.count == function.arity, let receiver = values.first else {
            return failure(.arity(function, found: values.count), id)
        }
        do throws(ExtensionFunction.Failure) {
            return .value(try function.apply(receiver, values.count > 1 ? values[1] : nil))
        } catch {
            switch error {
            case .kind(let expected, let found): return failure(.kind(expected: [expected], found: found), id)
            case .value(let fault): return failure(.value(function, fault), id)
            }
        }
    }
}
