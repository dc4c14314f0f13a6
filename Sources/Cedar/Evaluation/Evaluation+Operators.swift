// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Evaluation {
    /// `variable == literal`, the variable an entity.
    func isEqual(_ variable: Variable, _ literal: Int32) -> Bool {
        if case .entity(let wanted) = body.program.literals[Int(literal)] { return uid(of: variable) == wanted }
        return false
    }

    /// `<`, `<=`, `>` and `>=`: two longs, two datetimes or two durations.
    func compare(
        _ left: Value,
        _ comparison: ExpressionNode.Comparison,
        _ right: Value,
        _ current: Int
    ) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.long(let left), .long(let right)): return comparison.holds(left, right)
        case (.datetime(let left), .datetime(let right)):
            return comparison.holds(left.milliseconds, right.milliseconds)
        case (.duration(let left), .duration(let right)):
            return comparison.holds(left.milliseconds, right.milliseconds)
        case (let left, let right):
            switch left.kind {
            case .long, .datetime, .duration: throw mismatch(left.kind, found: right.kind, current)
            default: throw mismatch(.long, .datetime, .duration, found: left.kind, current)
            }
        }
    }

    /// `+`, `-` and `*`, checked at each step: `9223372036854775807 + 1 - 1` fails.
    func calculate(
        _ leftValue: Value,
        _ instruction: Instruction,
        _ rightValue: Value,
        _ current: Int
    ) throws(EvaluationError) -> Int64 {
        guard case .long(let left) = leftValue else { throw mismatch(.long, found: leftValue.kind, current) }
        guard case .long(let right) = rightValue else { throw mismatch(.long, found: rightValue.kind, current) }
        let (result, overflow) =
            switch instruction {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            default: left.multipliedReportingOverflow(by: right)
            }
        if overflow { throw failure(.overflow(left, instruction.sign, right), current) }
        return result
    }

    /// Unary `-`.
    func negation(_ current: Int) throws(EvaluationError) -> Int64 {
        guard case .long(let operand) = top else {
            throw mismatch(.long, found: top.kind, current)
        }
        let (result, overflow) = (0 as Int64).subtractingReportingOverflow(operand)
        if overflow { throw failure(.overflow(0, "-", operand), current) }
        return result
    }

    /// `like`.
    func isLike(_ pattern: Int32, _ current: Int) throws(EvaluationError) -> Bool {
        guard case .string(let text) = top else {
            throw mismatch(.string, found: top.kind, current)
        }
        return body.expression.patterns[Int(pattern)].matches(text)
    }

    /// `.contains`, `.containsAll` and `.containsAny`.
    func apply(
        _ operation: ExpressionNode.SetOperation,
        _ left: Value,
        _ right: Value,
        _ current: Int
    ) throws(EvaluationError) -> Bool {
        guard case .set(let elements) = left else { throw mismatch(.set, found: left.kind, current) }
        if operation == .contains { return elements.contains(right) }
        guard case .set(let others) = right else { throw mismatch(.set, found: right.kind, current) }
        return operation == .containsAll ? elements.containsAll(others) : elements.containsAny(others)
    }

    /// A call of an extension function.
    mutating func call(_ function: ExtensionFunction, _ count: Int32, _ current: Int) throws(EvaluationError) {
        guard count == function.arity else { throw failure(.arity(function, found: Int(count)), current) }
        let (first, second) = count > 1 ? (stack.removeLast(), top) : (top, nil)
        do throws(ExtensionFunction.Failure) {
            top = try function.apply(first, second)
        } catch {
            switch error {
            case .kind(let expected, let found): throw mismatch(expected, found: found, current)
            case .value(let fault): throw failure(.value(function, fault), current)
            }
        }
    }
}

extension Instruction {
    fileprivate var sign: Character {
        switch self {
        case .add: "+"
        case .subtract: "-"
        default: "*"
        }
    }
}
