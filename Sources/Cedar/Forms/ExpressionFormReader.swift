// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Reads expressions of Cedar's JSON policy form into nodes.
///
/// A list of things to do, worked off from its end, and a stack of finished operands take the place of recursion.
struct ExpressionFormReader {
    /// What becomes of finished operands.
    enum Assembly {
        case unary((NodeID) -> ExpressionNode)
        case binary((NodeID, NodeID) -> ExpressionNode)
        case has([Text])
        case attribute(Text)
        case like(LikePattern)
        case isType(EntityTypeName)
        case isTypeIn(EntityTypeName)
        case conditional
        case set(Int)
        case record([Text])
        case call(ExtensionFunction, Int)
        case chain(Chain, Int)
        case sum([Bool])
    }

    /// The operators whose operands stand in a row.
    enum Chain {
        case and, or, product
    }

    /// One thing to do.
    enum Work {
        case expression(JSONValue, JSONPath)
        case value(JSONValue, JSONPath)
        case assemble(Assembly)
    }

    var builder = ExpressionBuilder(maximumDepth: ParserLimits.standard.maximumNesting)
    var work: [Work] = []
    private var finished: [NodeID] = []
    // A text of the same policy could not be longer than the parser takes.
    private var count = 0

    /// The node of the expression `json`, which stands at `path`.
    mutating func read(_ json: JSONValue, at path: JSONPath) throws(PolicyFormError) -> NodeID {
        work = [.expression(json, path)]
        finished = []
        while let next = work.popLast() {
            switch next {
            case .expression(let json, let path):
                try count(path)
                try expression(json, path)
            case .value(let json, let path):
                try count(path)
                try value(json, path)
            case .assemble(let assembly): assemble(assembly)
            }
            if builder.firstTooDeep != nil { throw tooDeep(path) }
        }
        guard let node = finished.last else { throw PolicyFormError(.missing, "there is no expression", at: path) }
        return node
    }

    private mutating func count(_ path: JSONPath) throws(PolicyFormError) {
        count += 1
        guard count <= PolicyForm.maximumValues else {
            throw PolicyFormError(.size, "a policy has at most \(PolicyForm.maximumValues) expressions", at: path)
        }
        guard path.depth <= PolicyForm.maximumDepth else { throw tooDeep(path) }
    }

    func tooDeep(_ path: JSONPath) -> PolicyFormError {
        PolicyFormError(.nesting, "this expression is nested too deeply", at: path)
    }

    /// What is to be done in this order.
    mutating func then(_ steps: [Work]) {
        work.append(contentsOf: steps.reversed())
    }

    /// Adds a node to the finished operands.
    mutating func push(_ node: ExpressionNode) {
        finished.append(builder.add(node, 0, 0))
    }

    /// Adds a literal to the finished operands.
    mutating func push(_ value: Value) {
        finished.append(builder.literal(value, 0, 0))
    }

    private mutating func pop(_ count: Int) -> [NodeID] {
        let operands = Array(finished.suffix(count))
        finished.removeLast(operands.count)
        return operands
    }

    private mutating func assemble(_ assembly: Assembly) {
        switch assembly {
        case .unary(let node): push(node(pop(1)[0]))
        case .binary(let node):
            let operands = pop(2)
            push(node(operands[0], operands[1]))
        case .has(let names):
            let operand = pop(1)[0]
            push(.has(operand, builder.names(names)))
        case .attribute(let name):
            let operand = pop(1)[0]
            push(.attribute(operand, builder.name(name)))
        case .like(let pattern):
            let operand = pop(1)[0]
            push(.like(operand, builder.pattern(pattern)))
        case .isType(let type):
            let operand = pop(1)[0]
            push(.isType(operand, builder.type(type)))
        case .isTypeIn(let type):
            let operands = pop(2)
            push(.isTypeIn(operands[0], builder.type(type), operands[1]))
        case .conditional:
            let operands = pop(3)
            push(.conditional(operands[0], operands[1], operands[2]))
        case .set(let count): push(.set(builder.operands(pop(count))))
        case .record(let keys):
            let operands = builder.operands(pop(keys.count))
            push(.record(operands, names: TableIndex(builder.names(keys).range.lowerBound)))
        case .call(let function, let count): push(.call(function, builder.operands(pop(count))))
        case .chain(let chain, let count):
            let operands = builder.operands(pop(count))
            switch chain {
            case .and: push(.and(operands))
            case .or: push(.or(operands))
            case .product: push(.product(operands))
            }
        case .sum(let signs):
            let operands = pop(signs.count)
            push(.sum(builder.operands(operands[...], subtracted: signs[...])))
        }
    }
}
