// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The expressions of one policy: every node of every condition, children before parents, and the tables they
/// refer to.
///
/// One array of small nodes instead of a web of boxes: it is walked without counting references, and a node is named
/// by a number that stays valid, for explanations and for analysis.
public struct PolicyExpression: Sendable {
    /// The nodes.
    public internal(set) var nodes: [ExpressionNode] = []
    /// Where each node stands in the policy's text.
    public internal(set) var spans: [SourceSpan] = []
    /// Literals.
    public internal(set) var literals: [Value] = []
    /// Attribute names and record keys.
    public internal(set) var names: [Text] = []
    /// Entity types behind `is`.
    public internal(set) var types: [EntityTypeName] = []
    /// Patterns behind `like`.
    public internal(set) var patterns: [LikePattern] = []
    /// The operands of chains, literals of sets and records, and calls.
    public internal(set) var operands: [NodeID] = []
    /// For each operand of a sum whether a minus stands before it.
    public internal(set) var isSubtracted: [Bool] = []

    /// The node `id`.
    public subscript(id: NodeID) -> ExpressionNode { nodes[id.index] }

    /// The operands in `range`.
    public subscript(range: OperandRange) -> ArraySlice<NodeID> { operands[range.range] }
}
