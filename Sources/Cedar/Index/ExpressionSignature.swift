// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What an expression is, wherever it stands: two with equal signatures are the same, of different policies too.
struct ExpressionSignature: Hashable {
    private enum Part: Hashable {
        /// A kind of node, by a number of its own.
        case node(Int)
        /// How many operands follow.
        case count(Int)
        case value(Value)
        case name(Text)
        case type(EntityTypeName)
        case pattern(LikePattern)
    }

    private var parts: [Part] = []

    /// The signature of the expression under `root`. A list of what is to be visited takes the place of recursion.
    init(_ root: NodeID, in expression: PolicyExpression) {
        var pending = [root]
        while let id = pending.popLast() {
            add(expression[id], expression, &pending)
        }
    }

    private mutating func add(_ node: ExpressionNode, _ expression: PolicyExpression, _ pending: inout [NodeID]) {
        func row(_ range: OperandRange) {
            parts.append(.count(range.range.count))
            pending += expression[range]
        }
        func put(_ kind: Int, _ operands: NodeID...) {
            parts.append(.node(kind))
            pending += operands
        }
        switch node {
        case .literal(let index):
            put(0)
            parts.append(.value(expression[literal: index]))
        case .variable(let variable):
            put(1)
            parts.append(.name(Text(variable.rawValue)))
        case .not(let a): put(2, a)
        case .negate(let a): put(3, a)
        case .and(let range):
            put(4)
            row(range)
        case .or(let range):
            put(5)
            row(range)
        case .sum(let range):
            put(6)
            row(range)
            parts += expression[subtracted: range].map { .node($0 ? 1 : 0) }
        case .product(let range):
            put(7)
            row(range)
        case .comparison(let comparison, let a, let b):
            put(8, a, b)
            parts.append(.name(Text(comparison.rawValue)))
        case .membership(let a, let b): put(9, a, b)
        case .has(let a, let names):
            put(10, a)
            parts.append(.count(names.range.count))
            parts += expression[names: names].map { .name($0) }
        case .like(let a, let pattern):
            put(11, a)
            parts.append(.pattern(expression[pattern: pattern]))
        case .isType(let a, let type):
            put(12, a)
            parts.append(.type(expression[type: type]))
        case .isTypeIn(let a, let type, let b):
            put(13, a, b)
            parts.append(.type(expression[type: type]))
        case .attribute(let a, let name):
            put(14, a)
            parts.append(.name(expression[name: name]))
        case .setOperation(let operation, let a, let b):
            put(15, a, b)
            parts.append(.name(Text(operation.rawValue)))
        case .isEmpty(let a): put(16, a)
        case .hasTag(let a, let b): put(17, a, b)
        case .getTag(let a, let b): put(18, a, b)
        case .conditional(let a, let b, let c): put(19, a, b, c)
        case .set(let range):
            put(20)
            row(range)
        case .record(let range, let names):
            put(21)
            row(range)
            parts += expression[keys: names, count: range.range.count].map { .name($0) }
        case .call(let function, let range):
            put(22)
            row(range)
            parts.append(.name(Text(function.rawValue)))
        }
    }
}
