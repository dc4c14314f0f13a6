// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One node of an expression tree.
///
/// Nodes are a few integers each and own nothing: names, literals and operands stand in the tables of the
/// ``PolicyExpression``, whose subscripts give them. Chains of one operator (`a && b && c`) are one node, so that a
/// long chain is not a deep tree. Parentheses leave no node behind.
public enum ExpressionNode: Sendable, Hashable {
    /// A literal.
    case literal(TableIndex)
    /// One of the four variables.
    case variable(Variable)
    /// `!x`.
    case not(NodeID)
    /// `-x`.
    case negate(NodeID)
    /// `a && b && ...`.
    case and(OperandRange)
    /// `a || b || ...`.
    case or(OperandRange)
    /// `a + b - ...`: the sign before each operand is a `Bool` of the expression's.
    case sum(OperandRange)
    /// `a * b * ...`.
    case product(OperandRange)
    /// `a == b`, `a < b` and so on.
    case comparison(Comparison, NodeID, NodeID)
    /// `a in b`.
    case membership(NodeID, NodeID)
    /// `a has x` or, with several names, `a has x.y.z`.
    case has(NodeID, OperandRange)
    /// `a like "..."`.
    case like(NodeID, TableIndex)
    /// `a is T`.
    case isType(NodeID, TableIndex)
    /// `a is T in b`: the same as `a is T && a in b`.
    case isTypeIn(NodeID, TableIndex, NodeID)
    /// `a.x` or `a["x"]`.
    case attribute(NodeID, TableIndex)
    /// `a.contains(b)` and its kin.
    case setOperation(SetOperation, NodeID, NodeID)
    /// `a.isEmpty()`.
    case isEmpty(NodeID)
    /// `a.hasTag(b)`.
    case hasTag(NodeID, NodeID)
    /// `a.getTag(b)`.
    case getTag(NodeID, NodeID)
    /// `if a then b else c`.
    case conditional(NodeID, NodeID, NodeID)
    /// `[a, b]`.
    case set(OperandRange)
    /// `{x: a, y: b}`: the keys, as many as the operands, start at the index.
    case record(OperandRange, names: TableIndex)
    /// A call of an extension function; the value before the dot is the first operand.
    case call(ExtensionFunction, OperandRange)

    /// The operators that compare.
    public enum Comparison: String, Sendable, Hashable {
        /// Equal, whatever the kinds.
        case equal = "=="
        /// Not equal.
        case notEqual = "!="
        /// Less; longs, datetimes or durations.
        case less = "<"
        /// Less or equal.
        case lessOrEqual = "<="
        /// Greater.
        case greater = ">"
        /// Greater or equal.
        case greaterOrEqual = ">="
    }

    /// The methods of sets that take an argument.
    public enum SetOperation: String, Sendable, Hashable {
        /// Whether the argument is an element.
        case contains
        /// Whether all elements of the argument are elements.
        case containsAll
        /// Whether some element of the argument is an element.
        case containsAny
    }
}
