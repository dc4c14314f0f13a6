// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Collects the nodes of one policy while it is parsed, and how high the tree over each node's leaves is.
struct ExpressionBuilder {
    private(set) var expression = PolicyExpression()
    /// The byte offset where the first node stands that is higher than allowed.
    private(set) var firstTooDeep: Int?
    private var heights: [Int] = []
    private var base: Int
    private let maximumDepth: Int

    /// - Parameter base: the byte offset of the policy, from which spans count.
    init(base: Int = 0, maximumDepth: Int = 0) {
        self.base = base
        self.maximumDepth = maximumDepth
    }

    /// Begins the next policy, at the byte offset `base`. The room that was needed so far is kept.
    mutating func begin(at base: Int) {
        self.base = base
        firstTooDeep = nil
        heights.removeAll(keepingCapacity: true)
        expression.removeAll()
    }

    /// The stretch between two byte offsets of the whole text.
    func span(_ start: Int, _ end: Int) -> SourceSpan {
        SourceSpan(start: start - base, end: end - base)
    }

    /// Adds a node that covers the bytes from `start` to `end`; its operands must be there already.
    mutating func add(_ node: ExpressionNode, _ start: Int, _ end: Int) -> NodeID {
        let height = height(node)
        if height > maximumDepth, firstTooDeep == nil { firstTooDeep = start }
        heights.append(height)
        expression.spans.append(span(start, end))
        expression.nodes.append(node)
        return NodeID(expression.nodes.count - 1)
    }

    /// Adds a literal.
    mutating func literal(_ value: Value, _ start: Int, _ end: Int) -> NodeID {
        expression.literals.append(value)
        return add(.literal(TableIndex(expression.literals.count - 1)), start, end)
    }

    /// Notes a row of operands.
    mutating func operands(_ operands: some Sequence<NodeID>) -> OperandRange {
        let start = expression.operands.count
        expression.operands.append(contentsOf: operands)
        // Kept as long as the operands, so that one range serves both.
        expression.isSubtracted.append(
            contentsOf: repeatElement(false, count: expression.operands.count - start)
        )
        return OperandRange(start..<expression.operands.count)
    }

    /// Notes the operands of a sum, and before which a minus stands.
    mutating func operands(_ operands: ArraySlice<NodeID>, subtracted: ArraySlice<Bool>) -> OperandRange {
        let range = self.operands(operands)
        for (offset, sign) in subtracted.enumerated() where sign {
            expression.isSubtracted[range.range.lowerBound + offset] = true
        }
        return range
    }

    /// Notes a row of names: the path of a `has`, the keys of a record.
    mutating func names(_ names: some Sequence<Text>) -> OperandRange {
        let start = expression.names.count
        expression.names.append(contentsOf: names)
        return OperandRange(start..<expression.names.count)
    }

    /// Notes the name of an attribute.
    mutating func name(_ name: Text) -> TableIndex {
        expression.names.append(name)
        return TableIndex(expression.names.count - 1)
    }

    /// Notes the type of an `is`.
    mutating func type(_ type: EntityTypeName) -> TableIndex {
        expression.types.append(type)
        return TableIndex(expression.types.count - 1)
    }

    /// Notes the pattern of a `like`.
    mutating func pattern(_ pattern: LikePattern) -> TableIndex {
        expression.patterns.append(pattern)
        return TableIndex(expression.patterns.count - 1)
    }

    // How many levels the tree below has, the node itself included.
    private func height(_ node: ExpressionNode) -> Int {
        switch node {
        case .literal, .variable: 1
        case .not(let a), .negate(let a), .has(let a, _), .like(let a, _), .isType(let a, _), .attribute(let a, _),
            .isEmpty(let a):
            heights[a.index] + 1
        case .comparison(_, let a, let b), .membership(let a, let b), .isTypeIn(let a, _, let b),
            .setOperation(_, let a, let b), .hasTag(let a, let b), .getTag(let a, let b):
            max(heights[a.index], heights[b.index]) + 1
        case .conditional(let a, let b, let c):
            max(heights[a.index], heights[b.index], heights[c.index]) + 1
        case .and(let range), .or(let range), .sum(let range), .product(let range), .set(let range),
            .record(let range, _), .call(_, let range):
            expression[range].reduce(0) { max($0, heights[$1.index]) } + 1
        }
    }
}
