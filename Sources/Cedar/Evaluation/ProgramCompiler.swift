// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Turns the tree of an expression into a ``Program``.
///
/// A list of things to do, worked off from its end, takes the place of recursion.
struct ProgramCompiler {
    /// One thing to do.
    private enum Work {
        case visit(NodeID)
        case emit(Instruction, NodeID)
        /// Emit a jump whose target is the label.
        case branch(Instruction, NodeID, label: Int)
        /// The label is here.
        case land(Int)
    }

    private let expression: PolicyExpression
    private let nodes: [ExpressionNode]
    private var program = Program()
    private var work: [Work] = []
    // For each label the jumps that go there.
    private var labels: [[Int]] = []

    /// The program of `conditions`, the nodes of which are in `expression`.
    static func compile(_ conditions: [Condition], of expression: PolicyExpression) -> Program {
        var compiler = ProgramCompiler(expression)
        for (place, condition) in conditions.enumerated() { compiler.compile(condition, place) }
        compiler.program.trim()
        return compiler.program
    }

    /// The program that gives the value of each of `roots`: one guard for each, which may yield any kind of value.
    static func compile(valuesOf roots: [NodeID], in expression: PolicyExpression) -> Program {
        var compiler = ProgramCompiler(expression)
        for root in roots { compiler.compile(root, true, 0, demandsBool: false) }
        return compiler.program
    }

    private init(_ expression: PolicyExpression) {
        self.expression = expression
        program.literals = expression.literals
        nodes = expression.folded(into: &program.literals)
        program.instructions.reserveCapacity(nodes.count)
        program.nodes.reserveCapacity(nodes.count)
    }

    // The guards of one condition, from left to right.
    private mutating func compile(_ condition: Condition, _ place: Int) {
        let wanted = condition.kind == .when
        var pending = [condition.root]
        while let id = pending.popLast() {
            switch nodes[id.index] {
            case .and(let range) where wanted: pending += expression[range].reversed()
            case .or(let range) where !wanted: pending += expression[range].reversed()
            default: compile(id, wanted, place)
            }
        }
    }

    private mutating func compile(_ root: NodeID, _ wanted: Bool, _ condition: Int, demandsBool: Bool = true) {
        let start = program.instructions.count
        work = [.visit(root)]
        if demandsBool, !nodes[root.index].yieldsBool { work.insert(.emit(.requireBool, root), at: 0) }
        while let next = work.popLast() {
            switch next {
            case .visit(let id): visit(id)
            case .emit(let instruction, let id): emit(instruction, id)
            case .branch(let instruction, let id, let label):
                labels[label].append(program.instructions.count)
                emit(instruction, id)
            case .land(let label):
                for jump in labels[label] {
                    program.instructions[jump] = program.instructions[jump].going(to: program.instructions.count)
                }
            }
        }
        program.guards.append(
            Program.Guard(
                start: Int32(truncatingIfNeeded: start),
                end: Int32(truncatingIfNeeded: program.instructions.count),
                wanted: wanted,
                node: root,
                condition: Int32(truncatingIfNeeded: condition),
                literal: wanted ? equality(from: start) : -1
            )
        )
    }

    // The literal of `path == literal`, when that is all of the guard that begins at `start`.
    private func equality(from start: Int) -> Int32 {
        let code = program.instructions[start...]
        switch (code.first, code.dropFirst().first, code.count) {
        case (.rootEquals(_, let literal), nil, 1), (.variable, .equalsLiteral(let literal), 2),
            (.path, .equalsLiteral(let literal), 2):
            return literal
        default: return -1
        }
    }

    // Appends an instruction; `id` is the node it stands for when it fails.
    private mutating func emit(_ instruction: Instruction, _ id: NodeID) {
        program.instructions.append(instruction)
        program.nodes.append(id)
    }

    private mutating func label() -> Int {
        labels.append([])
        return labels.count - 1
    }

    // What is to be done in this order.
    private mutating func then(_ steps: Work...) {
        work.append(contentsOf: steps.reversed())
    }

    // One node: its operands in the order of evaluation, then what takes them.
    private mutating func visit(_ id: NodeID) {
        switch nodes[id.index] {
        case .literal(let index): emit(.literal(index.rawValue), id)
        case .variable(let variable): emit(.variable(variable), id)
        case .not(let a): then(.visit(a), .emit(.not, id))
        case .negate(let a): then(.visit(a), .emit(.negate, id))
        case .and(let range): chain(range, settledBy: false, id)
        case .or(let range): chain(range, settledBy: true, id)
        case .sum(let range): sum(range, id)
        case .product(let range):
            fold(range, id) { _ in .multiply }
        case .comparison(let comparison, let a, let b): visit(comparison, a, b, id)
        case .membership(let a, let b): membership(a, b, id)
        case .has(let a, let names): has(a, names, id)
        case .like(let a, let pattern): then(.visit(a), .emit(.like(pattern: pattern.rawValue), id))
        case .isType(let a, let type): isType(a, type, id)
        case .isTypeIn(let a, let type, let b):
            let end = label()
            then(
                .visit(a),
                .branch(.requireType(type.rawValue, otherwise: 0), id, label: end),
                .emit(.push, id),
                .visit(b),
                .emit(.membership, id),
                .land(end)
            )
        case .attribute(let a, let name): attribute(a, name, id)
        case .setOperation(let operation, let a, let b): setOperation(operation, a, b, id)
        case .isEmpty(let a): then(.visit(a), .emit(.isEmpty, id))
        case .hasTag(let a, let b): binary(a, b, .hasTag, id)
        case .getTag(let a, let b): binary(a, b, .getTag, id)
        case .conditional(let a, let b, let c):
            let alternative = label()
            let end = label()
            then(
                .visit(a),
                .branch(.choose(otherwise: 0), id, label: alternative),
                .visit(b),
                .branch(.jump(0), id, label: end),
                .land(alternative),
                .visit(c),
                .land(end)
            )
        case .set(let range): row(range, then: .makeSet(count: Int32(truncatingIfNeeded: range.range.count)), id)
        case .record(let range, let names):
            row(
                range,
                then: .makeRecord(count: Int32(truncatingIfNeeded: range.range.count), names: names.rawValue),
                id
            )
        case .call(let function, let range):
            row(range, then: .call(function, count: Int32(truncatingIfNeeded: range.range.count)), id)
        }
    }

    // Each operand but the last may settle the result; the last one is the result.
    private mutating func chain(_ range: OperandRange, settledBy value: Bool, _ id: NodeID) {
        let end = label()
        work.append(.land(end))
        for (offset, operand) in expression[range].reversed().enumerated() {
            if offset == 0 {
                if !nodes[operand.index].yieldsBool { work.append(.emit(.requireBool, operand)) }
            } else {
                work.append(.branch(.settle(whenever: value, target: 0), operand, label: end))
            }
            work.append(.visit(operand))
        }
    }

    // The sign of an operand decides how it is taken.
    private mutating func sum(_ range: OperandRange, _ id: NodeID) {
        let signs = expression.isSubtracted
        fold(range, id) { signs[$0] ? .subtract : .add }
    }

    // a, b, op, c, op ...: from the left.
    private mutating func fold(_ range: OperandRange, _ id: NodeID, _ instruction: (Int) -> Instruction) {
        for index in range.range.reversed() {
            if index > range.range.lowerBound { work.append(.emit(instruction(index), id)) }
            work.append(.visit(expression.operands[index]))
            if index > range.range.lowerBound { work.append(.emit(.push, id)) }
        }
    }

    // Two operands, the left one put aside while the right one is read.
    private mutating func binary(_ a: NodeID, _ b: NodeID, _ instruction: Instruction, _ id: NodeID) {
        then(.visit(a), .emit(.push, id), .visit(b), .emit(instruction, id))
    }

    // All operands, then one instruction that takes them.
    private mutating func row(_ range: OperandRange, then instruction: Instruction, _ id: NodeID) {
        work.append(.emit(instruction, id))
        for (offset, operand) in expression[range].reversed().enumerated() {
            work.append(.visit(operand))
            if offset + 1 < range.range.count { work.append(.emit(.push, id)) }
        }
    }

    // The short forms: the shapes nearly every policy is made of become one instruction.

    // `principal`, `action` or `resource`: what is asked about most, and already looked up.
    private func entityVariable(_ id: NodeID) -> Variable? {
        if case .variable(let variable) = nodes[id.index], variable != .context { return variable }
        return nil
    }

    // A literal, a folded constant included.
    private func literal(_ id: NodeID) -> TableIndex? {
        if case .literal(let index) = nodes[id.index] { return index }
        return nil
    }

    private mutating func visit(
        _ comparison: ExpressionNode.Comparison,
        _ a: NodeID,
        _ b: NodeID,
        _ id: NodeID
    ) {
        switch comparison {
        // Equality takes values of any kinds; the other comparisons are checked when they run.
        case .equal, .notEqual:
            if comparison == .notEqual { work.append(.emit(.not, id)) }
            // A literal cannot fail, so it does not matter on which side it stands.
            let (a, b) = literal(b) == nil && literal(a) != nil ? (b, a) : (a, b)
            if let literal = literal(b) {
                if let variable = entityVariable(a) {
                    then(.emit(.rootEquals(variable, literal: literal.rawValue), id))
                } else {
                    then(.visit(a), .emit(.equalsLiteral(literal.rawValue), id))
                }
            } else if case .variable(let variable) = nodes[b.index] {
                then(.visit(a), .emit(.equalsVariable(variable), id))
            } else if case .variable(let variable) = nodes[a.index] {
                then(.visit(b), .emit(.equalsVariable(variable), id))
            } else {
                binary(a, b, .equals, id)
            }
        default:
            if let literal = literal(b) {
                then(.visit(a), .emit(.compareLiteral(comparison, literal: literal.rawValue), id))
            } else {
                binary(a, b, .compare(comparison), id)
            }
        }
    }

    // A variable that is an entity cannot fail, so it may be asked about after the other side.
    private mutating func setOperation(
        _ operation: ExpressionNode.SetOperation,
        _ a: NodeID,
        _ b: NodeID,
        _ id: NodeID
    ) {
        if let literal = literal(b) {
            then(.visit(a), .emit(.setOperationLiteral(operation, literal: literal.rawValue), id))
        } else if operation == .contains, let literal = literal(a) {
            then(.visit(b), .emit(.isInLiteral(literal.rawValue), id))
        } else if operation == .contains, case .variable(let variable) = nodes[b.index] {
            then(.visit(a), .emit(.containsVariable(variable), id))
        } else {
            binary(a, b, .setOperation(operation), id)
        }
    }

    // A constant set on the right stays whole: its elements must be checked before any of them may match.
    private mutating func membership(_ a: NodeID, _ b: NodeID, _ id: NodeID) {
        if let variable = entityVariable(a) {
            if let literal = literal(b) {
                emit(.rootIn(variable, literal: literal.rawValue), id)
            } else {
                then(.visit(b), .emit(.isAboveVariable(variable), id))
            }
        } else {
            binary(a, b, .membership, id)
        }
    }

    // For an entity's own attribute its presence is all that is asked for, not its value.
    private mutating func has(_ a: NodeID, _ names: OperandRange, _ id: NodeID) {
        if let variable = entityVariable(a), names.range.count == 1 {
            emit(.rootHas(variable, name: names.start), id)
        } else {
            then(.visit(a), .emit(.has(names), id))
        }
    }

    private mutating func isType(_ a: NodeID, _ type: TableIndex, _ id: NodeID) {
        if let variable = entityVariable(a) {
            emit(.rootIs(variable, type: type.rawValue), id)
        } else {
            then(.visit(a), .emit(.isType(type.rawValue), id))
        }
    }

    // A whole path from a variable is one instruction; the records on the way never reach the stack.
    private mutating func attribute(_ a: NodeID, _ name: TableIndex, _ id: NodeID) {
        var names = [name.rawValue]
        var target = a
        while case .attribute(let next, let name) = nodes[target.index] {
            names.append(name.rawValue)
            target = next
        }
        guard case .variable(let variable) = nodes[target.index] else {
            return then(.visit(a), .emit(.attribute(name: name.rawValue), id))
        }
        let start = program.paths.count
        program.paths.append(contentsOf: names.reversed())
        emit(.path(variable, OperandRange(start..<program.paths.count)), id)
    }
}

extension Instruction {
    /// The same jump with its target known.
    fileprivate func going(to target: Int) -> Instruction {
        let target = Int32(truncatingIfNeeded: target)
        return switch self {
        case .settle(let value, _): .settle(whenever: value, target: target)
        case .choose: .choose(otherwise: target)
        case .jump: .jump(target)
        case .requireType(let type, _): .requireType(type, otherwise: target)
        default: self
        }
    }
}

extension ExpressionNode {
    /// Whether it is a Bool whenever it does not fail.
    fileprivate var yieldsBool: Bool {
        switch self {
        case .not, .and, .or, .comparison, .membership, .has, .like, .isType, .isTypeIn, .setOperation, .isEmpty,
            .hasTag:
            true
        default: false
        }
    }
}
