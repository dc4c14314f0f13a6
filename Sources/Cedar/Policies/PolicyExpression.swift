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

    // The tables behind the nodes. Outside they are read through the subscripts below.
    var literals: [Value] = []
    var names: [Text] = []
    var types: [EntityTypeName] = []
    var patterns: [LikePattern] = []
    var operands: [NodeID] = []
    // For each operand of a sum whether a minus stands before it; as long as `operands`.
    var isSubtracted: [Bool] = []

    /// Forgets everything but the room it took.
    mutating func removeAll() {
        nodes.removeAll(keepingCapacity: true)
        spans.removeAll(keepingCapacity: true)
        literals.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        patterns.removeAll(keepingCapacity: true)
        operands.removeAll(keepingCapacity: true)
        isSubtracted.removeAll(keepingCapacity: true)
    }

    /// The same in tables that are just large enough: what a policy keeps.
    var trimmed: PolicyExpression {
        var copy = PolicyExpression()
        copy.nodes = nodes.trimmed
        copy.spans = spans.trimmed
        copy.literals = literals.trimmed
        copy.names = names.trimmed
        copy.types = types.trimmed
        copy.patterns = patterns.trimmed
        copy.operands = operands.trimmed
        copy.isSubtracted = isSubtracted.trimmed
        return copy
    }

    /// Every node, children before their parents.
    public var ids: some Sequence<NodeID> { nodes.indices.lazy.map { NodeID($0) } }

    /// The node `id`.
    public subscript(id: NodeID) -> ExpressionNode { nodes[id.index] }

    /// Where the node `id` stands in the policy's text.
    public subscript(span id: NodeID) -> SourceSpan { spans[id.index] }

    /// The operands in `range`.
    public subscript(range: OperandRange) -> ArraySlice<NodeID> { operands[range.range] }

    /// For each operand of a sum whether a minus stands before it; never before the first.
    public subscript(subtracted range: OperandRange) -> ArraySlice<Bool> { isSubtracted[range.range] }

    /// A literal.
    public subscript(literal index: TableIndex) -> Value { literals[index.index] }

    /// The name of an attribute.
    public subscript(name index: TableIndex) -> Text { names[index.index] }

    /// The names of a `has`.
    public subscript(names range: OperandRange) -> ArraySlice<Text> { names[range.range] }

    /// The keys of a record with `count` members.
    public subscript(keys first: TableIndex, count count: Int) -> ArraySlice<Text> {
        names[first.index..<(first.index + count)]
    }

    /// The type behind an `is`.
    public subscript(type index: TableIndex) -> EntityTypeName { types[index.index] }

    /// The pattern behind a `like`.
    public subscript(pattern index: TableIndex) -> LikePattern { patterns[index.index] }
}

extension Array {
    /// A copy that has no room to spare.
    var trimmed: [Element] {
        if isEmpty { return [] }
        var copy: [Element] = []
        copy.reserveCapacity(count)
        copy.append(contentsOf: self)
        return copy
    }
}
