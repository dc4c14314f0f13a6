// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ExpressionBuilder {
    /// Adds a copy of the node `id` of another expression whose children become `child` of them.
    mutating func copy(_ id: NodeID, of source: PolicyExpression, child: (NodeID) -> NodeID) -> NodeID {
        let span = source[span: id]
        // The value moves to this expression's table; every other node is rebuilt from its parts.
        if case .literal(let index) = source[id] { return literal(source[literal: index], span) }
        return add(rebuilt(source[id], of: source, child: child), span)
    }

    /// Adds a node that stands for `span`.
    mutating func add(_ node: ExpressionNode, _ span: SourceSpan) -> NodeID {
        add(node, span.start, span.end)
    }

    /// Adds a literal that stands for `span`.
    mutating func literal(_ value: Value, _ span: SourceSpan) -> NodeID {
        literal(value, span.start, span.end)
    }

    /// Adds copies of the node `root` and all it is made of. `copies` remembers, for each node of the source, its copy.
    mutating func copy(treeAt root: NodeID, of source: PolicyExpression, copies: inout [NodeID?]) -> NodeID {
        var needed: Set<Int> = []
        var open = [root]
        while let id = open.popLast() {
            guard copies[id.index] == nil, needed.insert(id.index).inserted else { continue }
            open += source[id].children(in: source)
        }
        // Children stand before their parents, so in this order each finds its own.
        for index in needed.sorted() {
            copies[index] = copy(NodeID(index), of: source) { copies[$0.index] ?? $0 }
        }
        return copies[root.index] ?? root
    }

    private mutating func rebuilt(
        _ node: ExpressionNode,
        of source: PolicyExpression,
        child: (NodeID) -> NodeID
    ) -> ExpressionNode {
        switch node {
        case .literal, .variable: node
        case .not(let a): .not(child(a))
        case .negate(let a): .negate(child(a))
        case .and(let range): .and(operands(source[range].map(child)))
        case .or(let range): .or(operands(source[range].map(child)))
        case .sum(let range):
            .sum(operands(source[range].map(child)[...], subtracted: source[subtracted: range]))
        case .product(let range): .product(operands(source[range].map(child)))
        case .comparison(let comparison, let a, let b): .comparison(comparison, child(a), child(b))
        case .membership(let a, let b): .membership(child(a), child(b))
        case .has(let a, let names): .has(child(a), self.names(source[names: names]))
        case .like(let a, let index): .like(child(a), pattern(source[pattern: index]))
        case .isType(let a, let index): .isType(child(a), type(source[type: index]))
        case .isTypeIn(let a, let index, let b): .isTypeIn(child(a), type(source[type: index]), child(b))
        case .attribute(let a, let index): .attribute(child(a), name(source[name: index]))
        case .setOperation(let operation, let a, let b): .setOperation(operation, child(a), child(b))
        case .isEmpty(let a): .isEmpty(child(a))
        case .hasTag(let a, let b): .hasTag(child(a), child(b))
        case .getTag(let a, let b): .getTag(child(a), child(b))
        case .conditional(let a, let b, let c): .conditional(child(a), child(b), child(c))
        case .set(let range): .set(operands(source[range].map(child)))
        case .record(let range, let first):
            .record(
                operands(source[range].map(child)),
                names: TableIndex(names(source[keys: first, count: range.range.count]).range.lowerBound)
            )
        case .call(let function, let range): .call(function, operands(source[range].map(child)))
        }
    }
}
