// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One request against one policy after the other.
///
/// Not generic itself: where entities are looked up is a parameter of the methods that ask. So its parts have fixed
/// places in memory, and a look-up from another module, for which the compiler cannot specialise this code, costs one
/// indirect call for each question and nothing else.
///
/// The stack never runs empty and no jump leaves its guard, because ``ProgramCompiler`` pairs what it emits: each
/// instruction finds the operands that the ones before it left.
struct Evaluation {
    let request: AuthorizationRequest
    // The three entities every policy asks about, searched once.
    let principal: EntityHandle?
    let action: EntityHandle?
    let resource: EntityHandle?
    /// The policy at hand.
    var body: PolicyBody
    /// The value at hand.
    var top: Value = .bool(false)
    /// The values put aside. Few conditions need any, and what was allocated once serves all policies of a decision.
    var stack: [Value] = []

    init(_ request: AuthorizationRequest, _ entities: some EntityLookup, body: PolicyBody) {
        self.request = request
        self.body = body
        principal = entities.handle(of: request.principal)
        action = entities.handle(of: request.action)
        resource = entities.handle(of: request.resource)
    }

    /// Whether the guards of the policy at hand all hold, those before `first` being known to.
    mutating func conditionsHold(
        from first: Int = 0,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Bool {
        var place = first
        while place < body.program.guards.count {
            if try !holds(place, entities) { return false }
            place += 1
        }
        return true
    }

    /// Whether one guard of the policy at hand holds.
    mutating func holds(_ place: Int, _ entities: some EntityLookup) throws(EvaluationError) -> Bool {
        let step = body.program.guards[place]
        return try run(Int(step.start), Int(step.end), entities) == step.wanted
    }

    /// The value of the path of a guard that is an equality.
    func pathValue(_ place: Int, _ entities: some EntityLookup) throws(EvaluationError) -> Value {
        let (variable, names) = body.program.path(ofEquality: place)
        if names.isEmpty { return value(of: variable) }
        return try path(variable, names, Int(body.program.guards[place].start), entities)
    }

    /// Leaves the value of the root at `root` of a body made to give values at hand, see
    /// ``PolicyBody/init(valuesOf:in:)``. What the first `done` instructions give is at hand already.
    mutating func run(root: Int, after done: Int = 0, _ entities: some EntityLookup) throws(EvaluationError) {
        let step = body.program.guards[root]
        try execute(Int(step.start) + done, Int(step.end), entities)
    }

    private mutating func run(
        _ start: Int,
        _ end: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Bool {
        try execute(start, end, entities)
        return try topmostBool(end - 1)
    }

    // The control flow; everything else is in `perform`.
    @inline(__always)
    private mutating func execute(
        _ start: Int,
        _ end: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) {
        if !stack.isEmpty { stack.removeAll(keepingCapacity: true) }
        var next = start
        while next < end {
            let current = next
            next += 1
            switch body.program.instructions[current] {
            case .settle(let value, let target):
                if try topmostBool(current) == value { next = Int(target) }
            case .requireBool: _ = try topmostBool(current)
            case .choose(let target):
                if try !topmostBool(current) { next = Int(target) }
            case .jump(let target): next = Int(target)
            case .requireType(let type, let target):
                if try topmostEntity(current).type != body.expression.types[Int(type)] {
                    top = .bool(false)
                    next = Int(target)
                }
            case let instruction: try perform(instruction, current, entities)
            }
        }
    }

    // `current` is the place of the instruction, for the place of an error.
    @inline(__always)
    private mutating func perform(
        _ instruction: Instruction,
        _ current: Int,
        _ entities: some EntityLookup
    ) throws(EvaluationError) {
        switch instruction {
        case .push: push()
        case .literal(let index): top = body.program.literals[Int(index)]
        case .variable(let variable): top = value(of: variable)
        case .path(let variable, let names): top = try path(variable, names, current, entities)
        case .rootHas(let variable, let name): top = .bool(has(variable, name, entities))
        case .rootEquals(let variable, let literal): top = .bool(isEqual(variable, literal))
        case .rootIn(let variable, let literal):
            top = .bool(try isMember(variable, of: body.program.literals[Int(literal)], current, entities))
        case .rootIs(let variable, let type): top = .bool(uid(of: variable).type == body.expression.types[Int(type)])
        case .not: top = .bool(try !topmostBool(current))
        case .negate: top = .long(try negation(current))
        case .attribute(let name): top = try attribute(name, current, entities)
        case .has(let names): top = .bool(try has(names, current, entities))
        case .like(let pattern): top = .bool(try isLike(pattern, current))
        case .isType(let type): top = .bool(try topmostEntity(current).type == body.expression.types[Int(type)])
        case .isEmpty: top = .bool(try topmostSet(current).isEmpty)
        case .equalsLiteral(let literal): top = .bool(top == body.program.literals[Int(literal)])
        case .equalsVariable(let variable): top = .bool(isEqual(top, variable))
        case .compareLiteral(let comparison, let literal):
            top = .bool(try compare(top, comparison, body.program.literals[Int(literal)], current))
        case .isAboveVariable(let variable): top = .bool(try isMember(variable, of: top, current, entities))
        case .containsVariable(let variable):
            top = .bool(try topmostSet(current).contains(value(of: variable)))
        case .setOperationLiteral(let operation, let literal):
            top = .bool(try apply(operation, top, body.program.literals[Int(literal)], current))
        case .isInLiteral(let literal):
            top = .bool(try apply(.contains, body.program.literals[Int(literal)], top, current))
        case .equals: top = .bool(stack.removeLast() == top)
        case .compare(let comparison): top = .bool(try compare(stack.removeLast(), comparison, top, current))
        case .add, .subtract, .multiply: top = .long(try calculate(stack.removeLast(), instruction, top, current))
        case .membership: top = .bool(try membership(stack.removeLast(), of: top, current, entities))
        case .setOperation(let operation): top = .bool(try apply(operation, stack.removeLast(), top, current))
        case .hasTag: try tag(orFail: false, stack.removeLast(), current, entities)
        case .getTag: try tag(orFail: true, stack.removeLast(), current, entities)
        case .makeSet(let count): gather(count) { .set(ValueSet($0)) }
        case .makeRecord(let count, let names):
            let keys = body.expression.names[Int(names)...]
            gather(count) { .record(Record(zip(keys, $0))) }
        case .call(let function, let count): try call(function, count, current)
        case .settle, .requireBool, .choose, .jump, .requireType: break
        }
    }

    private mutating func push() {
        // Once for nearly every condition there is, instead of growing from one.
        if stack.capacity == 0 { stack.reserveCapacity(8) }
        stack.append(top)
    }

    // The topmost `count` values, in the order in which they were put there, become one.
    private mutating func gather(_ count: Int32, _ make: (ArraySlice<Value>) -> Value) {
        if count > 0 { stack.append(top) }
        let base = stack.count - Int(count)
        top = make(stack[base...])
        stack.removeSubrange(base...)
    }
}

extension Evaluation {
    /// The error that the instruction at `current` met.
    func failure(_ reason: EvaluationError.Reason, _ current: Int) -> EvaluationError {
        EvaluationError(
            reason,
            at: body.expression.spans[body.program.nodes[current].index],
            Int32(truncatingIfNeeded: current)
        )
    }

    /// The error that a value is of another kind than the instruction at `current` takes.
    func mismatch(_ expected: ValueKind..., found: ValueKind, _ current: Int) -> EvaluationError {
        failure(.kind(expected: expected, found: found), current)
    }

    /// The value at hand, which must be a Bool.
    func topmostBool(_ current: Int) throws(EvaluationError) -> Bool {
        if case .bool(let value) = top { return value }
        throw mismatch(.bool, found: top.kind, current)
    }

    /// The value at hand, which must be an entity.
    func topmostEntity(_ current: Int) throws(EvaluationError) -> EntityUID {
        if case .entity(let uid) = top { return uid }
        throw mismatch(.entity, found: top.kind, current)
    }

    /// The value at hand, which must be a set.
    func topmostSet(_ current: Int) throws(EvaluationError) -> ValueSet {
        if case .set(let elements) = top { return elements }
        throw mismatch(.set, found: top.kind, current)
    }

    private func value(of variable: Variable) -> Value {
        variable == .context ? .record(request.context) : .entity(uid(of: variable))
    }

    private func isEqual(_ value: Value, _ variable: Variable) -> Bool {
        switch (value, variable) {
        case (.record(let record), .context): record == request.context
        case (_, .context): false
        case (.entity(let uid), _): uid == self.uid(of: variable)
        default: false
        }
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
