// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One request against one policy after the other.
///
/// Not generic itself: where entities are looked up is a parameter of the methods that ask. So its parts have fixed
/// places in memory, and a look-up from another module, for which the compiler cannot specialise this code, costs one
/// indirect call for each question and nothing else.
///
/// The stack never runs empty and no jump leaves its condition, because ``ProgramCompiler`` pairs what it emits: each
/// instruction finds the operands that the ones before it left.
struct Evaluation {
    let request: AuthorizationRequest
    // The three entities every policy asks about, searched once.
    let principal: EntityHandle?
    let action: EntityHandle?
    let resource: EntityHandle?
    /// The policy at hand.
    var body: PolicyBody
    /// The values at hand; kept from policy to policy, so that a decision allocates it at most once.
    var stack: [Value] = []

    init(_ request: AuthorizationRequest, _ entities: some EntityLookup, body: PolicyBody) {
        self.request = request
        self.body = body
        principal = entities.handle(of: request.principal)
        action = entities.handle(of: request.action)
        resource = entities.handle(of: request.resource)
    }

    /// Whether the conditions of the policy at hand all hold.
    mutating func conditionsHold(_ entities: some EntityLookup) throws(EvaluationError) -> Bool {
        for condition in body.program.conditions
        where try run(condition, entities) != condition.wanted { return false }
        return true
    }

    /// The value of the root at `place` of a body made to give values, see ``PolicyBody/init(valuesOf:in:)``.
    mutating func value(at place: Int, _ entities: some EntityLookup) throws(EvaluationError) -> Value {
        try execute(body.program.conditions[place], entities)
        return stack[stack.count - 1]
    }

    private mutating func run(
        _ condition: Program.Condition,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Bool {
        try execute(condition, entities)
        return try topmostBool(condition.end - 1)
    }

    // The control flow; everything else is in `perform`.
    private mutating func execute(
        _ condition: Program.Condition,
        _ entities: some EntityLookup
    ) throws(EvaluationError) {
        stack.removeAll(keepingCapacity: true)
        var next = condition.start
        while next < condition.end {
            let current = next
            next += 1
            switch body.program.instructions[current] {
            case .settle(let value, let target):
                if try topmostBool(current) == value { next = Int(target) } else { stack.removeLast() }
            case .requireBool: _ = try topmostBool(current)
            case .choose(let target):
                if try !topmostBool(current) { next = Int(target) }
                stack.removeLast()
            case .jump(let target): next = Int(target)
            case .requireType(let type, let target):
                if try topmostEntity(current).type != body.expression.types[Int(type)] {
                    stack[stack.count - 1] = .bool(false)
                    next = Int(target)
                }
            case let instruction: try perform(instruction, current, entities)
            }
        }
    }

    // `current` is the place of the instruction, for the place of an error.
    private mutating func perform(
        _ instruction: Instruction,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) {
        switch instruction {
        case .literal(let index): stack.append(body.program.literals[Int(index)])
        case .variable(let variable): stack.append(value(of: variable))
        case .path(let variable, let names): stack.append(try path(variable, names, current, entities))
        case .rootHas(let variable, let name): stack.append(.bool(has(variable, name, entities)))
        case .rootEquals(let variable, let literal): stack.append(.bool(isEqual(variable, literal)))
        case .rootIn(let variable, let literal): stack.append(.bool(try isMember(variable, literal, current, entities)))
        case .rootIs(let variable, let type):
            stack.append(.bool(uid(of: variable).type == body.expression.types[Int(type)]))
        case .not: replace(.bool(try !topmostBool(current)))
        case .negate: replace(.long(try negation(current)))
        case .attribute(let name): replace(try attribute(name, current, entities))
        case .has(let names): replace(.bool(try has(names, current, entities)))
        case .like(let pattern): replace(.bool(try isLike(pattern, current)))
        case .isType(let type):
            replace(.bool(try topmostEntity(current).type == body.expression.types[Int(type)]))
        case .isEmpty: replace(.bool(try topmostSet(current).isEmpty))
        case .equalsLiteral(let literal):
            replace(.bool(stack[stack.count - 1] == body.program.literals[Int(literal)]))
        case .equals:
            let right = stack.removeLast()
            replace(.bool(stack[stack.count - 1] == right))
        case .compare(let comparison): try compare(comparison, current)
        case .add, .subtract, .multiply: try calculate(instruction, current)
        case .membership: try membership(current, entities)
        case .setOperation(let operation): try apply(operation, current)
        case .hasTag: try tag(orFail: false, current, entities)
        case .getTag: try tag(orFail: true, current, entities)
        case .makeSet(let count): gather(count) { .set(ValueSet($0)) }
        case .makeRecord(let count, let names):
            let keys = body.expression.names[Int(names)...]
            gather(count) { .record(Record(zip(keys, $0))) }
        case .call(let function, let count): try call(function, count, current)
        case .settle, .requireBool, .choose, .jump, .requireType: break
        }
    }

    // The topmost `count` values, in the order in which they were put there, become one.
    private mutating func gather(_ count: Int32, _ make: (ArraySlice<Value>) -> Value) {
        let base = stack.count - Int(count)
        let value = make(stack[base...])
        stack.removeSubrange(base...)
        stack.append(value)
    }

    /// Puts `value` in the place of the topmost one.
    mutating func replace(_ value: Value) {
        stack[stack.count - 1] = value
    }
}

extension Evaluation {
    /// The error that the instruction at `current` met.
    func failure(_ reason: EvaluationError.Reason, _ current: Int) -> EvaluationError {
        EvaluationError(reason, at: body.expression.spans[body.program.nodes[current].index])
    }

    /// The error that a value is of another kind than the instruction at `current` takes.
    func mismatch(_ expected: ValueKind..., found: ValueKind, _ current: Int) -> EvaluationError {
        failure(.kind(expected: expected, found: found), current)
    }

    /// The topmost value, which must be a Bool.
    func topmostBool(_ current: Int) throws(EvaluationError) -> Bool {
        if case .bool(let value) = stack[stack.count - 1] { return value }
        throw mismatch(.bool, found: stack[stack.count - 1].kind, current)
    }

    /// The topmost value, which must be an entity.
    func topmostEntity(_ current: Int) throws(EvaluationError) -> EntityUID {
        if case .entity(let uid) = stack[stack.count - 1] { return uid }
        throw mismatch(.entity, found: stack[stack.count - 1].kind, current)
    }

    /// The topmost value, which must be a set.
    func topmostSet(_ current: Int) throws(EvaluationError) -> ValueSet {
        if case .set(let elements) = stack[stack.count - 1] { return elements }
        throw mismatch(.set, found: stack[stack.count - 1].kind, current)
    }

    private func value(of variable: Variable) -> Value {
        variable == .context ? .record(request.context) : .entity(uid(of: variable))
    }

    /// The entity a variable names; not for `context`.
    func uid(of variable: Variable) -> EntityUID {
        switch variable {
        case .principal: request.principal
        case .action: request.action
        default: request.resource
        }
    }

    /// The handle of the entity a variable names; not for `context`.
    func handle(of variable: Variable) -> EntityHandle? {
        switch variable {
        case .principal: principal
        case .action: action
        default: resource
        }
    }
}
