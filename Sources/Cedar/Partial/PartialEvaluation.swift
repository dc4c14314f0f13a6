// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Partial evaluation of one expression: each node becomes a value, a sure failure, or what is left of it.
///
/// Nodes are visited in their order, children before parents, without recursion. Parts that a short circuit will skip
/// are looked at as well: nothing here has an effect, and what is not needed is dropped.
///
/// The rule that keeps it sound: whatever is dropped can neither fail nor change the value, in any request the partial
/// one admits; and what fails is left in the order in which the evaluator meets it, so that the first failure is the
/// same.
struct PartialEvaluation<Entities: EntityLookup> {
    let request: PartialRequest
    let environment: PartialEnvironment
    let entities: Entities
    let expression: PolicyExpression
    /// For each node visited what became of it.
    private(set) var results: [PartialResult] = []
    /// The residual expression; parts that were dropped later are still in it.
    var builder = ExpressionBuilder(maximumDepth: .max)
    // For each node its copy in the residual expression, as it stands and as it is left over.
    private var copies: [NodeID?]
    private var emitted: [NodeID?]

    init(
        _ expression: PolicyExpression,
        request: PartialRequest,
        environment: PartialEnvironment,
        entities: Entities
    ) {
        self.expression = expression
        self.request = request
        self.environment = environment
        self.entities = entities
        copies = Array(repeating: nil, count: expression.nodes.count)
        emitted = copies
    }

    /// Visits all nodes.
    mutating func run() {
        results.reserveCapacity(expression.nodes.count)
        for index in expression.nodes.indices {
            let id = NodeID(index)
            results.append(evaluate(expression[id], id))
        }
    }

    /// What became of a node that was visited.
    func result(_ id: NodeID) -> PartialResult { results[id.index] }

    private mutating func evaluate(_ node: ExpressionNode, _ id: NodeID) -> PartialResult {
        switch node {
        case .literal(let index): .value(expression[literal: index])
        case .variable(let variable): evaluate(variable, id)
        case .not(let a): not(a, id)
        case .negate(let a): negate(a, id)
        case .and(let range): chain(range, settledBy: false, id)
        case .or(let range): chain(range, settledBy: true, id)
        case .sum(let range), .product(let range): arithmetic(range, id)
        case .comparison(let comparison, let a, let b): compare(comparison, a, b, id)
        case .membership(let a, let b): membership(a, b, id)
        case .has(let a, let names): has(a, expression[names: names], id)
        case .like(let a, let pattern): like(a, expression[pattern: pattern], id)
        case .isType(let a, let type): isType(a, expression[type: type], id)
        case .isTypeIn(let a, let type, let b): isType(a, expression[type: type], in: b, id)
        case .attribute(let a, let name): attribute(a, expression[name: name], id)
        case .setOperation(let operation, let a, let b): apply(operation, a, b, id)
        case .isEmpty(let a): isEmpty(a, id)
        case .hasTag(let a, let b): tag(a, b, id, orFail: false)
        case .getTag(let a, let b): tag(a, b, id, orFail: true)
        case .conditional(let a, let b, let c): conditional(a, b, c, id)
        case .set(let range): gather(range, id, shape: .set(.any)) { .set(ValueSet($0)) }
        case .record(let range, let first):
            record(range, expression[keys: first, count: range.range.count], id)
        case .call(let function, let range): call(function, range, id)
        }
    }

    private mutating func evaluate(_ variable: Variable, _ id: NodeID) -> PartialResult {
        let part: PartialEntity
        switch variable {
        case .principal: part = request.principal
        case .action: part = request.action
        case .resource: part = request.resource
        case .context:
            if case .known(let record) = request.context { return .value(.record(record)) }
            return residue(id, .record(environment.context), .other)
        }
        if case .known(let uid) = part { return .value(.entity(uid)) }
        return residue(id, .entity(environment.types(of: variable)), .other)
    }
}

// Leaving things over.
extension PartialEvaluation {
    /// What is left of the node `id`: the same operation on what is left of its children.
    mutating func residue(_ id: NodeID, _ shape: PartialShape, _ outcomes: PartialOutcomes) -> PartialResult {
        if let certain = outcomes.certainty { return .value(.bool(certain)) }
        for child in expression[id].children(in: expression) { _ = emit(child) }
        let node = builder.copy(id, of: expression) { emitted[$0.index] ?? $0 }
        return .residue(PartialResidue(node: node, shape: shape, outcomes: outcomes))
    }

    /// What is left of the node `id`: `node`, whose children are nodes of the residual expression.
    mutating func residue(
        _ id: NodeID,
        as node: ExpressionNode,
        _ shape: PartialShape,
        _ outcomes: PartialOutcomes
    ) -> PartialResult {
        .residue(PartialResidue(node: builder.add(node, expression[span: id]), shape: shape, outcomes: outcomes))
    }

    /// The failure `reason` of the node `id`.
    func failure(_ reason: EvaluationError.Reason, _ id: NodeID) -> PartialResult {
        // There is no program here; nobody asks a sure failure for its instruction.
        .failure(EvaluationError(reason, at: expression[span: id], 0))
    }

    /// The failure that `found` is of another kind than the node `id` takes.
    func mismatch(_ expected: ValueKind..., found: Value, _ id: NodeID) -> PartialResult {
        failure(.kind(expected: expected, found: found.kind), id)
    }

    /// The node of the residual expression that stands for `id`.
    mutating func emit(_ id: NodeID) -> NodeID {
        if let known = emitted[id.index] { return known }
        let node: NodeID
        switch result(id) {
        case .value(let value): node = builder.literal(value, expression[span: id])
        case .residue(let residue): node = residue.node
        // It fails again, in the same way, when it is evaluated again.
        case .failure: node = builder.copy(treeAt: id, of: expression, copies: &copies)
        }
        emitted[id.index] = node
        return node
    }

    /// The failure that is sure to happen while these are evaluated one after the other; nil when there is none or
    /// another one may come first.
    func certainFailure(_ ids: NodeID...) -> PartialResult? {
        certainFailure(ids[...])
    }

    /// The same for a row of nodes.
    func certainFailure(_ ids: ArraySlice<NodeID>) -> PartialResult? {
        for id in ids {
            if case .failure = result(id) { return result(id) }
            if result(id).mayFail { return nil }
        }
        return nil
    }

    /// Whether one of these may fail.
    func mayFail(_ ids: NodeID...) -> Bool {
        ids.contains { result($0).mayFail }
    }

    /// Whether the value of `id` is sure to be of one of `kinds`.
    func isSurely(_ id: NodeID, _ kinds: ValueKind...) -> Bool {
        result(id).shape.kind.map(kinds.contains) ?? false
    }
}
