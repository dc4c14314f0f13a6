// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Types the expressions of one policy, in one request environment at a time.
///
/// What is known flows down as well as up: behind `principal has a &&` the attribute may be read. So the tree is walked
/// from the top, by a machine with a stack of its own: a node's task stands on it once before its operands and again
/// behind them, and their answers wait on a second stack.
///
/// An expression that is wrong still gets the type it would have if it were mended, where that can be said; so one
/// walk finds all that is wrong.
struct TypeChecker {
    /// What is known of an expression.
    struct Answer {
        /// Its type; nil when it cannot be said.
        var type: StaticType?
        /// Whether something in it is wrong.
        var isFaulty = false
        /// What is there if the expression is true. Empty when something is wrong.
        var known = CapabilitySet()

        static func faulty(_ type: StaticType?) -> Answer { Answer(type: type, isFaulty: true) }

        /// This answer, faulty also when one of `others` is.
        func after(_ others: Answer...) -> Answer {
            others.contains { $0.isFaulty } ? .faulty(type) : self
        }
    }

    /// A node to be typed, with how far it has come.
    struct Task {
        let node: NodeID
        var stage: Int
        /// What is known to be there before the node.
        let known: CapabilitySet
    }

    let table: SchemaTable
    let mode: ValidationMode
    let expression: PolicyExpression
    let capabilities: CapabilityTable
    let truths: [Bool?]
    var environment: RequestEnvironment
    var issues: IssueList
    /// The types of the nodes that were looked at, when they are to be kept: a node that is never evaluated has none.
    var types: [StaticType?]?
    /// How much was done.
    private(set) var work = 0
    let maximumWork: Int

    private var tasks: [Task] = []
    private var answers: [Answer] = []

    init(
        _ policy: Policy,
        _ table: SchemaTable,
        _ mode: ValidationMode,
        _ environment: RequestEnvironment,
        limits: ValidationLimits
    ) {
        self.table = table
        self.mode = mode
        self.environment = environment
        expression = policy.expression
        capabilities = CapabilityTable(policy.expression)
        truths = policy.expression.constantTruths
        issues = IssueList(maximum: limits.maximumErrors)
        maximumWork = limits.maximumWork
    }

    /// Whether the work allowed is used up; the answers are worth nothing then.
    var isExhausted: Bool { work > maximumWork }

    /// Notes work done elsewhere.
    mutating func spend(_ amount: Int = 1) { work += amount }

    /// The answer for the expression at `root`, before which `known` is known.
    mutating func type(_ root: NodeID, _ known: CapabilitySet = CapabilitySet()) -> Answer {
        tasks.append(Task(node: root, stage: 0, known: known))
        while let task = tasks.popLast() {
            guard !isExhausted else {
                tasks = []
                answers = []
                return .faulty(nil)
            }
            advance(task)
        }
        return answers.popLast() ?? .faulty(nil)
    }

    // One step of one node.
    private mutating func advance(_ task: Task) {
        work += task.known.width
        switch expression[task.node] {
        case .literal(let index): finish(task, literal(expression[literal: index]))
        case .variable(let variable): finish(task, Answer(type: environment.type(of: variable)))
        case .and(let range): advanceAnd(task, range)
        case .or(let range): advanceOr(task, range)
        case .conditional(let test, let then, let otherwise): advanceConditional(task, test, then, otherwise)
        case .isTypeIn(let operand, let type, let other): advanceIsIn(task, operand, expression[type: type], other)
        case .not(let operand), .negate(let operand), .isEmpty(let operand), .like(let operand, _),
            .isType(let operand, _), .attribute(let operand, _), .has(let operand, _):
            guard task.stage > 0 else { return visit(task, [operand]) }
            finish(task, unary(task, operand, pop()))
        case .comparison(_, let left, let right), .membership(let left, let right),
            .setOperation(_, let left, let right), .hasTag(let left, let right), .getTag(let left, let right):
            guard task.stage > 0 else { return visit(task, [left, right]) }
            let second = pop()
            finish(task, binary(task, left, right, pop(), second))
        case .sum(let range), .product(let range), .set(let range), .record(let range, _), .call(_, let range):
            let operands = expression[range]
            guard task.stage > 0 else { return visit(task, operands) }
            let values = Array(answers.suffix(operands.count))
            answers.removeLast(values.count)
            finish(task, row(task, operands, values))
        }
    }

    private mutating func unary(_ task: Task, _ operand: NodeID, _ answer: Answer) -> Answer {
        switch expression[task.node] {
        case .not:
            let value = expect(answer, at: operand, .bool)
            guard let type = value.type else { return .faulty(.bool) }
            if case .truth(let truth) = type { return Answer(type: .truth(!truth)).after(value) }
            return Answer(type: .bool).after(value)
        case .negate: return Answer(type: .long).after(expect(answer, at: operand, .long))
        case .isEmpty: return Answer(type: .bool).after(expect(answer, at: operand, .set))
        case .like: return Answer(type: .bool).after(expect(answer, at: operand, .string))
        case .isType(_, let type): return typeTest(operand, answer, expression[type: type])
        case .attribute(_, let name): return attribute(task, operand, answer, expression[name: name])
        case .has(_, let path): return has(task, operand, answer, expression[names: path])
        default: return .faulty(nil)
        }
    }

    private mutating func binary(
        _ task: Task,
        _ left: NodeID,
        _ right: NodeID,
        _ first: Answer,
        _ second: Answer
    ) -> Answer {
        switch expression[task.node] {
        case .comparison(let comparison, _, _): compare(task.node, comparison, left, right, first, second)
        case .membership: membership(left, right, first, second)
        case .setOperation(let operation, _, _): setOperation(task.node, operation, left, right, first, second)
        case .hasTag: hasTag(task, left, right, first, second)
        case .getTag: getTag(task, left, right, first, second)
        default: .faulty(nil)
        }
    }

    private mutating func row(_ task: Task, _ operands: ArraySlice<NodeID>, _ values: [Answer]) -> Answer {
        switch expression[task.node] {
        case .sum, .product: return arithmetic(operands, values)
        case .set: return set(task.node, values)
        case .record(let range, let names):
            return record(expression[keys: names, count: range.range.count], values)
        case .call(let function, _): return call(task.node, function, operands, values)
        default: return .faulty(nil)
        }
    }

    private func literal(_ value: Value) -> Answer {
        switch value {
        case .bool(let value): Answer(type: .truth(value))
        case .long: Answer(type: .long)
        case .string: Answer(type: .string)
        // Names that the schema does not have are reported once for the policy, not here.
        case .entity(let uid): table.isKnown(uid) ? Answer(type: .entity(uid.type)) : .faulty(nil)
        default: .faulty(nil)
        }
    }
}

extension TypeChecker {
    /// Puts the operands of a node before it; it comes again, one stage further, behind them.
    mutating func visit(_ task: Task, _ operands: some BidirectionalCollection<NodeID>) {
        again(task)
        for operand in operands.reversed() { push(operand, task.known) }
    }

    /// Lets a node come again behind what is pushed now.
    mutating func again(_ task: Task, stage: Int? = nil) {
        tasks.append(Task(node: task.node, stage: stage ?? task.stage + 1, known: task.known))
    }

    /// Puts a node on the stack.
    mutating func push(_ node: NodeID, _ known: CapabilitySet) {
        tasks.append(Task(node: node, stage: 0, known: known))
    }

    /// The last answer.
    mutating func pop() -> Answer { answers.popLast() ?? .faulty(nil) }

    /// Keeps an answer for a later stage of the node that asked.
    mutating func keep(_ answer: Answer) { answers.append(answer) }

    /// Ends a node.
    mutating func finish(_ task: Task, _ answer: Answer) {
        types?[task.node.index] = answer.type
        answers.append(answer)
    }
}
