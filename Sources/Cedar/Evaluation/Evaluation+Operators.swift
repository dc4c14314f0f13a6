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
    mutating func compare(_ comparison: ExpressionNode.Comparison, _ current: Int) throws(EvaluationError) {
        let right = stack.removeLast()
        switch (stack[stack.count - 1], right) {
        case (.long(let left), .long(let right)):
            replace(.bool(holds(comparison, left, right)))
        case (.datetime(let left), .datetime(let right)):
            replace(.bool(holds(comparison, left.milliseconds, right.milliseconds)))
        case (.duration(let left), .duration(let right)):
            replace(.bool(holds(comparison, left.milliseconds, right.milliseconds)))
        case (let left, let right):
            switch left.kind {
            case .long, .datetime, .duration: throw mismatch(left.kind, found: right.kind, current)
            default: throw mismatch(.long, .datetime, .duration, found: left.kind, current)
            }
        }
    }

    private func holds(_ comparison: ExpressionNode.Comparison, _ left: Int64, _ right: Int64) -> Bool {
        switch comparison {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        case .notEqual: left != right
        }
    }

    /// `+`, `-` and `*`, checked at each step: `9223372036854775807 + 1 - 1` fails.
    mutating func calculate(_ instruction: Instruction, _ current: Int) throws(EvaluationError) {
        let rightValue = stack.removeLast()
        guard case .long(let left) = stack[stack.count - 1] else {
            throw mismatch(.long, found: stack[stack.count - 1].kind, current)
        }
        guard case .long(let right) = rightValue else { throw mismatch(.long, found: rightValue.kind, current) }
        let (result, overflow) =
            switch instruction {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            default: left.multipliedReportingOverflow(by: right)
            }
        if overflow { throw failure(.overflow(left, instruction.sign, right), current) }
        replace(.long(result))
    }

    /// Unary `-`.
    func negation(_ current: Int) throws(EvaluationError) -> Int64 {
        guard case .long(let operand) = stack[stack.count - 1] else {
            throw mismatch(.long, found: stack[stack.count - 1].kind, current)
        }
        let (result, overflow) = (0 as Int64).subtractingReportingOverflow(operand)
        if overflow { throw failure(.overflow(0, "-", operand), current) }
        return result
    }

    /// `like`.
    func isLike(_ pattern: Int32, _ current: Int) throws(EvaluationError) -> Bool {
        guard case .string(let text) = stack[stack.count - 1] else {
            throw mismatch(.string, found: stack[stack.count - 1].kind, current)
        }
        return body.expression.patterns[Int(pattern)].matches(text)
    }

    /// `.contains`, `.containsAll` and `.containsAny`.
    mutating func apply(_ operation: ExpressionNode.SetOperation, _ current: Int) throws(EvaluationError) {
        let right = stack.removeLast()
        let elements = try topmostSet(current)
        if operation == .contains { return replace(.bool(elements.contains(right))) }
        guard case .set(let others) = right else { throw mismatch(.set, found: right.kind, current) }
        replace(.bool(operation == .containsAll ? elements.containsAll(others) : elements.containsAny(others)))
    }

    /// A call of an extension function.
    mutating func call(_ function: ExtensionFunction, _ count: Int32, _ current: Int) throws(EvaluationError) {
        guard count == function.arity else { throw failure(.arity(function, found: Int(count)), current) }
        let argument = count > 1 ? stack.removeLast() : nil
        do throws(ExtensionFunction.Failure) {
            replace(try function.apply(stack[stack.count - 1], argument))
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
