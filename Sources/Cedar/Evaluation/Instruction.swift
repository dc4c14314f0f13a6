// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One step of a compiled condition. Most take values from the top of a stack and put one back.
///
/// An instruction is a few integers; what they count are places in the tables of ``Program`` and ``PolicyExpression``.
enum Instruction: Sendable {
    // Put a value on the stack.
    case literal(Int32)
    case variable(Variable)
    /// The value of `variable.a.b.c`, the names in ``Program/paths``.
    case path(Variable, OperandRange)
    /// Whether `variable has a`, the variable an entity.
    case rootHas(Variable, name: Int32)
    /// Whether the variable, an entity, is equal to an entity literal.
    case rootEquals(Variable, literal: Int32)
    /// Whether the variable, an entity, is or is below an entity literal or one of a set.
    case rootIn(Variable, literal: Int32)
    /// Whether the variable, an entity, is of a type.
    case rootIs(Variable, type: Int32)

    // Replace the topmost value.
    case not
    case negate
    case attribute(name: Int32)
    case has(OperandRange)
    case like(pattern: Int32)
    case isType(Int32)
    case isEmpty
    case equalsLiteral(Int32)

    // Take two values, the right one on top, and put one.
    case equals
    case compare(ExpressionNode.Comparison)
    case add
    case subtract
    case multiply
    case membership
    case setOperation(ExpressionNode.SetOperation)
    case hasTag
    case getTag

    // Take as many values as they say.
    case makeSet(count: Int32)
    case makeRecord(count: Int32, names: Int32)
    case call(ExtensionFunction, count: Int32)

    // Steer. Targets are places in ``Program/instructions``.
    /// The topmost value must be a Bool. When it is `value`, it is the result of the chain: go to the target. Otherwise
    /// it is dropped and the next operand decides.
    case settle(whenever: Bool, target: Int32)
    /// The topmost value must be a Bool and stays.
    case requireBool
    /// Takes a Bool; goes to the target when it is false.
    case choose(otherwise: Int32)
    case jump(Int32)
    /// The topmost value must be an entity. When it is not of the type, `false` takes its place: go to the target.
    case requireType(Int32, otherwise: Int32)
}
