// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How tightly the parts of an expression bind, from loose to tight: Cedar's grammar has one rule for each.
enum BindingLevel: Int, Comparable {
    /// Anything, an `if` included: what brackets hold.
    case expression
    /// Operands of `||`, one by one up to the tightest.
    case or, and, relation, sum, product, unary, member

    static func < (left: BindingLevel, right: BindingLevel) -> Bool { left.rawValue < right.rawValue }
}

extension PolicyExpression {
    /// How tightly the text of a node binds.
    func level(of id: NodeID) -> BindingLevel {
        switch self[id] {
        case .conditional: .expression
        case .or: .or
        case .and: .and
        case .comparison, .membership, .has, .like, .isType, .isTypeIn: .relation
        case .sum: .sum
        case .product: .product
        case .not, .negate: .unary
        // A minus before a number is a sign to the grammar.
        case .literal(let index): if case .long(let value) = self[literal: index], value < 0 { .unary } else { .member }
        case .variable, .attribute, .setOperation, .isEmpty, .hasTag, .getTag, .set, .record, .call: .member
        }
    }
}
