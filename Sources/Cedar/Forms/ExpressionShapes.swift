// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Gives equal numbers to expressions of equal shape, those of different policies included.
///
/// The shape is what the language's definition sees: operators take two operands and group from the left, so that
/// `a && b && c` and `(a && b) && c` are one shape; `x has a.b` is `x has a && x.a has b`; the order of the members of
/// a record, parentheses, layout and comments do not matter. Each shape is kept once, however often it occurs, so a
/// comparison costs no more than the nodes there are.
struct ExpressionShapes {
    private enum Shape: Hashable {
        case literal(Value)
        case variable(Variable)
        case not(Int)
        case negate(Int)
        case isEmpty(Int)
        case binary(Binary, Int, Int)
        case has(Int, Text)
        case attribute(Int, Text)
        case like(Int, LikePattern)
        case isType(Int, EntityTypeName)
        case isTypeIn(Int, EntityTypeName, Int)
        case conditional(Int, Int, Int)
        case set([Int])
        case record([Member])
        case call(ExtensionFunction, [Int])
    }

    private enum Binary: Hashable {
        case and, or, add, subtract, multiply, membership, hasTag, getTag
        case comparison(ExpressionNode.Comparison)
        case setOperation(ExpressionNode.SetOperation)
    }

    private struct Member: Hashable {
        let key: Text
        let value: Int
    }

    private var numbers: [Shape: Int] = [:]

    /// For each node of `expression` the number of its shape.
    mutating func numbers(of expression: PolicyExpression) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(expression.nodes.count)
        // Children stand before parents.
        for node in expression.nodes { result.append(number(of: node, in: expression, result)) }
        return result
    }

    private mutating func number(_ shape: Shape) -> Int {
        let next = numbers.count
        if let known = numbers[shape] { return known }
        numbers[shape] = next
        return next
    }

    private mutating func number(of node: ExpressionNode, in expression: PolicyExpression, _ known: [Int]) -> Int {
        func of(_ id: NodeID) -> Int { known[id.index] }
        switch node {
        case .literal(let index): return number(.literal(expression[literal: index]))
        case .variable(let variable): return number(.variable(variable))
        case .not(let a): return number(.not(of(a)))
        case .negate(let a): return number(.negate(of(a)))
        case .isEmpty(let a): return number(.isEmpty(of(a)))
        case .and(let range): return fold(expression[range].map(of)) { _ in .and }
        case .or(let range): return fold(expression[range].map(of)) { _ in .or }
        case .product(let range): return fold(expression[range].map(of)) { _ in .multiply }
        case .sum(let range):
            let signs = Array(expression[subtracted: range])
            return fold(expression[range].map(of)) { signs[$0] ? .subtract : .add }
        case .comparison(let comparison, let a, let b): return number(.binary(.comparison(comparison), of(a), of(b)))
        case .membership(let a, let b): return number(.binary(.membership, of(a), of(b)))
        case .setOperation(let operation, let a, let b):
            return number(.binary(.setOperation(operation), of(a), of(b)))
        case .hasTag(let a, let b): return number(.binary(.hasTag, of(a), of(b)))
        case .getTag(let a, let b): return number(.binary(.getTag, of(a), of(b)))
        case .has(let a, let names): return path(of(a), expression[names: names])
        case .attribute(let a, let name): return number(.attribute(of(a), expression[name: name]))
        case .like(let a, let pattern): return number(.like(of(a), expression[pattern: pattern]))
        case .isType(let a, let type): return number(.isType(of(a), expression[type: type]))
        case .isTypeIn(let a, let type, let b): return number(.isTypeIn(of(a), expression[type: type], of(b)))
        case .conditional(let a, let b, let c): return number(.conditional(of(a), of(b), of(c)))
        case .set(let range): return number(.set(expression[range].map(of)))
        case .call(let function, let range): return number(.call(function, expression[range].map(of)))
        case .record(let range, let first):
            let members = zip(expression[keys: first, count: range.range.count], expression[range])
                .map { Member(key: $0, value: of($1)) }
            return number(.record(members.sorted { $0.key < $1.key }))
        }
    }

    private mutating func fold(_ operands: [Int], _ operation: (Int) -> Binary) -> Int {
        var result = operands.first ?? 0
        for index in operands.indices.dropFirst() {
            result = number(.binary(operation(index), result, operands[index]))
        }
        return result
    }

    private mutating func path(_ start: Int, _ names: ArraySlice<Text>) -> Int {
        var target = start
        var result: Int?
        for name in names {
            let has = number(.has(target, name))
            result = result.map { number(.binary(.and, $0, has)) } ?? has
            target = number(.attribute(target, name))
        }
        return result ?? start
    }
}

extension Policy {
    /// Whether both policies say the same: effect, scope and conditions of equal shape, condition by condition.
    ///
    /// Ids, annotations, layout, comments and parentheses do not matter. It is a comparison of what is written, not a
    /// proof: `a && b` and `b && a` differ.
    public func isSame(as other: Policy) -> Bool {
        guard effect == other.effect, scope.principal == other.scope.principal,
            scope.action.isSame(as: other.scope.action), scope.resource == other.scope.resource,
            conditions.map(\.kind) == other.conditions.map(\.kind)
        else { return false }
        var shapes = ExpressionShapes()
        let mine = shapes.numbers(of: expression)
        let others = shapes.numbers(of: other.expression)
        return zip(conditions, other.conditions).allSatisfy { mine[$0.root.index] == others[$1.root.index] }
    }

    /// Whether both have the same annotations, in whatever order.
    public func hasSameAnnotations(as other: Policy) -> Bool {
        Set(annotations) == Set(other.annotations)
    }
}

extension ActionConstraint {
    // A list of one action says what the action alone says.
    fileprivate func isSame(as other: ActionConstraint) -> Bool {
        switch (self, other) {
        case (.member(let action), .memberOfAny(let list)), (.memberOfAny(let list), .member(let action)):
            list == [action]
        default: self == other
        }
    }
}
