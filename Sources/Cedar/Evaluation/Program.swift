// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The conditions of one policy as flat code, run by a loop.
///
/// All conditions together are one row of guards: `when { a && b } unless { c || d }` demands that `a` be true, then
/// `b`, that `c` be false, then `d`; the first that is not as wanted ends it, and the first that fails makes the policy
/// fail. So the order in which things are asked, and with it what fails, is that of the language; but each guard stands
/// alone, and policies that begin with the same guards can be told apart by one look.
///
/// There is no recursion in it: a condition as deep as the parser allows needs no more of the thread's stack than a
/// flat one, in debug builds too.
struct Program: Sendable {
    /// A guard: its stretch of code and the truth value it must yield.
    struct Guard: Sendable {
        let start: Int32
        let end: Int32
        /// `false` behind `unless`.
        let wanted: Bool
        /// The expression.
        let node: NodeID
        /// The condition it is a part of, as a place in ``PolicyBody/conditions``.
        let condition: Int32
        /// For `path == literal` that must be true, the place of the literal in ``Program/literals``; -1 otherwise.
        let literal: Int32

        /// Whether it asks for one value of a path.
        var isEquality: Bool { literal >= 0 }
    }

    var instructions: [Instruction] = []
    /// For each instruction the node it came from, for the place of an error.
    var nodes: [NodeID] = []
    var guards: [Guard] = []
    /// Attribute names of paths, as places in ``PolicyExpression/names``.
    var paths: [Int32] = []
    /// The expression's literals, and behind them what was folded from constants.
    var literals: [Value] = []

    /// The path that the guard at `place`, an equality, demands a value of: `variable.a.b`, no names for the variable
    /// alone. The compiler begins equalities with these instructions only.
    @inline(__always)
    func path(ofEquality place: Int) -> (variable: Variable, names: OperandRange) {
        switch instructions[Int(guards[place].start)] {
        case .path(let variable, let names): (variable, names)
        case .rootEquals(let variable, _), .variable(let variable): (variable, OperandRange(0..<0))
        default: preconditionFailure("no equality begins like this")
        }
    }

    /// Gives back the room that is to spare.
    mutating func trim() {
        instructions = instructions.trimmed
        nodes = nodes.trimmed
        guards = guards.trimmed
        paths = paths.trimmed
    }
}
