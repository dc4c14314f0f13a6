// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The conditions of one policy as flat code, run by a loop.
///
/// There is no recursion in it: a condition as deep as the parser allows needs no more of the thread's stack than a
/// flat one, in debug builds too.
struct Program: Sendable {
    /// A condition: its stretch of code and the truth value it must yield (`false` for `unless`).
    struct Condition: Sendable {
        let start: Int
        let end: Int
        let wanted: Bool
    }

    var instructions: [Instruction] = []
    /// For each instruction the node it came from, for the place of an error.
    var nodes: [NodeID] = []
    var conditions: [Condition] = []
    /// Attribute names of paths, as places in ``PolicyExpression/names``.
    var paths: [Int32] = []
    /// The expression's literals, and behind them what was folded from constants.
    var literals: [Value] = []
}
