// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One step of a compiled condition.
///
/// Most replace the value at hand. What takes two values finds the left one on a stack, where ``push`` put it, and the
/// right one at hand; but where one side is a literal or a variable, as it nearly always is, there is a form that needs
/// no stack.
///
/// An instruction is a few integers; what they count are places in the tables of ``Program`` and ``PolicyExpression``.
enum Instruction: Sendable {
    /// Puts the value at hand on the stack.
    case push

    // Load a value.
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

    // Replace the value at hand.
    case not
    case negate
    case attribute(name: Int32)
    case has(OperandRange)
    case like(pattern: Int32)
    case isType(Int32)
    case isEmpty
    case equalsLiteral(Int32)
    case equalsVariable(Variable)
    case compareLiteral(ExpressionNode.Comparison, literal: Int32)
    /// Whether the variable, an entity, is or is below the value at hand.
    case isAboveVariable(Variable)
    case containsVariable(Variable)
    /// The literal is the argument.
    case setOperationLiteral(ExpressionNode.SetOperation, literal: Int32)
    /// Whether a literal, which is a set, contains the value at hand.
    case isInLiteral(Int32)

    // Take the left value from the stack; the right one is at hand.
    case equals
    case compare(ExpressionNode.Comparison)
    case add
    case subtract
    case multiply
    case membership
    case setOperation(ExpressionNode.SetOperation)
    case hasTag
    case getTag

    // Take as many values as they say, the last one at hand.
    case makeSet(count: Int32)
    case makeRecord(count: Int32, names: Int32)
    case call(ExtensionFunction, count: Int32)

    // Steer. Targets are places in ``Program/instructions``.
    /// The value at hand must be a Bool. When it is `value`, it is the result of the chain: go to the target.
    case settle(whenever: Bool, target: Int32)
    /// The value at hand must be a Bool.
    case requireBool
    /// The value at hand must be a Bool; goes to the target when it is false.
    case choose(otherwise: Int32)
    case jump(Int32)
    /// The value at hand must be an entity. When it is not of the type, it becomes `false`: go to the target.
    case requireType(Int32, otherwise: Int32)
}
