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

    /// The signature of the expression under `root`.
    init(_ root: NodeID, in expression: PolicyExpression) {
        Self.walk(root, expression) { parts.append($0) }
    }

    /// A hash of the signature of the expression under `root`, which is not made for it.
    static func digest(_ root: NodeID, in expression: PolicyExpression) -> Int {
        var hasher = Hasher()
        walk(root, expression) { hasher.combine($0) }
        return hasher.finalize()
    }

    // A list of what is to be visited takes the place of recursion.
    @inline(__always)
    private static func walk(_ root: NodeID, _ expression: PolicyExpression, _ add: (Part) -> Void) {
        var pending = [root]
        while let id = pending.popLast() {
            walk(expression[id], expression, &pending, add)
        }
    }

    private static func walk(
        _ node: ExpressionNode,
        _ expression: PolicyExpression,
        _ pending: inout [NodeID],
        _ add: (Part) -> Void
    ) {
        func row(_ kind: Int, _ range: OperandRange) {
            add(.node(kind))
            add(.count(range.range.count))
            pending += expression[range]
        }
        func put(_ kind: Int, _ operands: NodeID...) {
            add(.node(kind))
            pending += operands
        }
        switch node {
        case .literal(let index):
            put(0)
            add(.value(expression[literal: index]))
        case .variable(let variable):
            put(1)
            add(.name(Text(variable.rawValue)))
        case .not(let a): put(2, a)
        case .negate(let a): put(3, a)
        case .and(let range):
            row(4, range)
        case .or(let range):
            row(5, range)
        case .sum(let range):
            row(6, range)
            for part in expression[subtracted: range] { add(.node(part ? 1 : 0)) }
        case .product(let range):
            row(7, range)
        case .comparison(let comparison, let a, let b):
            put(8, a, b)
            add(.name(Text(comparison.rawValue)))
        case .membership(let a, let b): put(9, a, b)
        case .has(let a, let names):
            put(10, a)
            add(.count(names.range.count))
            for part in expression[names: names] { add(.name(part)) }
        case .like(let a, let pattern):
            put(11, a)
            add(.pattern(expression[pattern: pattern]))
        case .isType(let a, let type):
            put(12, a)
            add(.type(expression[type: type]))
        case .isTypeIn(let a, let type, let b):
            put(13, a, b)
            add(.type(expression[type: type]))
        case .attribute(let a, let name):
            put(14, a)
            add(.name(expression[name: name]))
        case .setOperation(let operation, let a, let b):
            put(15, a, b)
            add(.name(Text(operation.rawValue)))
        case .isEmpty(let a): put(16, a)
        case .hasTag(let a, let b): put(17, a, b)
        case .getTag(let a, let b): put(18, a, b)
        case .conditional(let a, let b, let c): put(19, a, b, c)
        case .set(let range):
            row(20, range)
        case .record(let range, let names):
            row(21, range)
            for part in expression[keys: names, count: range.range.count] { add(.name(part)) }
        case .call(let function, let range):
            row(22, range)
            add(.name(Text(function.rawValue)))
        }
    }
}
