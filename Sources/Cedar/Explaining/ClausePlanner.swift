// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Takes the conditions of a policy apart.
///
/// The nodes are gone through twice: from the roots downwards for what is skeleton and which truth is wanted of it, and
/// from the leaves upwards to note forms and clauses.
struct ClausePlanner {
    private let body: PolicyBody
    private let expression: PolicyExpression
    // For each node the condition it is skeleton of (-1: none), what is wanted of it, and its form.
    private var condition: [Int32]
    private var wanted: [TruthValues]
    // What demands a Bool of it.
    private var demanding: [NodeID]
    private var formOf: [Int32]

    private var forms: [ClauseForm] = []
    private var nodes: [NodeID] = []
    private var parts: [Int32] = []
    private var clauses: [ClausePlan.Clause] = []
    private var patterns: [ClausePattern] = []
    private var reads: [ClausePlan.Read] = []
    private var looks: [ClausePlan.Look] = []
    private var roots: [NodeID] = []

    /// The plan of a policy.
    static func plan(_ body: PolicyBody) -> ClausePlan {
        var planner = ClausePlanner(body)
        planner.findSkeleton()
        for index in planner.expression.nodes.indices where planner.condition[index] >= 0 {
            planner.addForm(NodeID(index))
        }
        let values = PolicyBody(valuesOf: planner.roots, in: body)
        planner.findBeginnings(values.program)
        return ClausePlan(
            forms: planner.forms,
            nodes: planner.nodes,
            parts: planner.parts,
            conditions: body.conditions.map { planner.formOf[$0.root.index] },
            clauses: planner.clauses,
            reads: planner.reads,
            looks: planner.looks,
            patterns: planner.patterns,
            body: values
        )
    }

    private init(_ body: PolicyBody) {
        self.body = body
        expression = body.expression
        condition = Array(repeating: -1, count: expression.nodes.count)
        wanted = Array(repeating: [], count: expression.nodes.count)
        demanding = expression.nodes.indices.map { NodeID($0) }
        formOf = Array(repeating: -1, count: expression.nodes.count)
    }

    private mutating func findSkeleton() {
        for (place, condition) in body.conditions.enumerated() {
            self.condition[condition.root.index] = Int32(truncatingIfNeeded: place)
            wanted[condition.root.index].insert(condition.kind == .when ? .yes : .no)
        }
        // Parents stand behind their children.
        for index in expression.nodes.indices.reversed() where condition[index] >= 0 {
            switch expression.nodes[index] {
            case .not(let a): descend(index, to: a, wanting: wanted[index].negated, demanding: NodeID(index))
            case .and(let range), .or(let range):
                for operand in expression[range] {
                    descend(index, to: operand, wanting: wanted[index], demanding: operand)
                }
            case .conditional(let a, let b, let c):
                descend(index, to: a, wanting: [.yes, .no], demanding: NodeID(index))
                descend(index, to: b, wanting: wanted[index], demanding: demanding[index])
                descend(index, to: c, wanting: wanted[index], demanding: demanding[index])
            default: break
            }
        }
    }

    private mutating func descend(
        _ parent: Int,
        to child: NodeID,
        wanting truth: TruthValues,
        demanding: NodeID
    ) {
        condition[child.index] = condition[parent]
        self.demanding[child.index] = demanding
        wanted[child.index].formUnion(truth)
    }

    private mutating func addForm(_ id: NodeID) {
        let form: ClauseForm
        switch expression[id] {
        case .not(let a): form = .not(formOf[a.index])
        case .and(let range): form = .all(parts(range))
        case .or(let range): form = .any(parts(range))
        case .conditional(let a, let b, let c): form = .choose(formOf[a.index], formOf[b.index], formOf[c.index])
        default: form = .clause(clause(id))
        }
        formOf[id.index] = Int32(truncatingIfNeeded: forms.count)
        forms.append(form)
        nodes.append(id)
    }

    private mutating func parts(_ range: OperandRange) -> OperandRange {
        let start = parts.count
        for operand in expression[range] { parts.append(formOf[operand.index]) }
        return OperandRange(start..<parts.count)
    }

    private mutating func clause(_ id: NodeID) -> Int32 {
        let (firstRead, firstLook) = (reads.count, looks.count)
        let root = root(id)
        let (readsElse, readsMemberships) = findReads(id, root)
        let firstPattern = patterns.count
        findPatterns(id)
        clauses.append(
            ClausePlan.Clause(
                node: id,
                demanding: demanding[id.index],
                form: Int32(truncatingIfNeeded: forms.count),
                condition: condition[id.index],
                root: root,
                wanted: wanted[id.index],
                reads: OperandRange(firstRead..<reads.count),
                looks: OperandRange(firstLook..<looks.count),
                patterns: OperandRange(firstPattern..<patterns.count),
                readsElse: readsElse,
                readsMemberships: readsMemberships
            )
        )
        return Int32(truncatingIfNeeded: clauses.count - 1)
    }

    private mutating func findBeginnings(_ program: Program) {
        func begin(_ root: Int32) -> NodeID? {
            let start = Int(program.guards[Int(root)].start)
            guard case .path = program.instructions[start] else { return nil }
            return program.nodes[start]
        }
        for place in clauses.indices {
            guard let look = clauses[place].looks.range.first, let node = begin(looks[look].root) else { continue }
            let length = program.guards[Int(looks[look].root)].end - program.guards[Int(looks[look].root)].start
            clauses[place].beginsWithLook = length == 1 && begin(clauses[place].root) == node
        }
    }

    private mutating func root(_ id: NodeID) -> Int32 {
        roots.append(id)
        return Int32(truncatingIfNeeded: roots.count - 1)
    }
}

// What a clause reads.
extension ClausePlanner {
    // A clause that reads more is rare, and what it reads first says enough for who may see all.
    private static var readsOfAClause: Int { 32 }

    // Whether it reads more than is noted, and whether it asks what an entity is in.
    private mutating func findReads(_ clause: NodeID, _ root: Int32) -> (else: Bool, memberships: Bool) {
        let first = reads.count
        var (readsElse, readsMemberships) = (false, false)
        var pending = [clause]
        while let id = pending.popLast() {
            guard reads.count < first + Self.readsOfAClause else { return (true, true) }
            switch expression[id] {
            case .literal: break
            case .membership(let a, let b), .isTypeIn(let a, _, let b):
                readsMemberships = true
                // What a variable leads to is read; what the policy names by itself is not said by any path.
                if mayGiveNamed(a) { readsElse = true }
                pending += [b, a]
            case .variable(let variable): addRead(.value, id, variable, [], from: first, root)
            case .attribute(let a, _):
                let (variable, path) = path(to: id)
                addRead(.value, id, variable, path, from: first, root)
                // Below a path from a variable nothing else is read.
                if variable == nil { pending.append(a) }
            case .has(let a, let names):
                let (variable, path) = path(to: a)
                addRead(.presence, id, variable, path + expression[names: names], from: first, root)
                if variable == nil { pending.append(a) }
            case .hasTag(let a, let key), .getTag(let a, let key):
                let isPresence = if case .hasTag = expression[id] { true } else { false }
                let (variable, path) = path(to: a)
                addRead(isPresence ? .tagPresence : .tag, id, variable, path + tagName(key), from: first, root)
                pending += variable == nil ? [key, a] : [key]
            case let node: pending += node.children(in: expression).reversed()
            }
        }
        return (readsElse, readsMemberships)
    }

    private func mayGiveNamed(_ id: NodeID) -> Bool {
        var pending = [id]
        while let id = pending.popLast() {
            switch expression[id] {
            case .literal(let index): if case .entity = expression[literal: index] { return true }
            case .attribute, .variable: if path(to: id).0 == nil { return true }
            case let node: pending += node.children(in: expression)
            }
        }
        return false
    }

    private mutating func addRead(
        _ kind: ExplainedRead.Kind,
        _ id: NodeID,
        _ variable: Variable?,
        _ path: [Text],
        from first: Int,
        _ clauseRoot: Int32
    ) {
        let isKnown = reads[first...].contains {
            $0.kind == kind && $0.variable == variable && variable != nil && $0.path == path
        }
        if isKnown { return }
        var look: Int32 = -1
        if !ExplainedRead.isOfRequest(kind, variable, path) {
            look = Int32(truncatingIfNeeded: looks.count)
            let root = roots[Int(clauseRoot)] == id ? clauseRoot : root(id)
            looks.append(ClausePlan.Look(root: root, isPresence: kind == .presence || kind == .tagPresence))
        }
        reads.append(ClausePlan.Read(kind: kind, node: id, variable: variable, path: path, look: look))
    }

    private func tagName(_ key: NodeID) -> [Text] {
        if case .literal(let index) = expression[key], case .string(let name) = expression[literal: index] {
            return [name]
        }
        return []
    }

    // The variable a path of attributes begins with, nil when it begins with something computed, and its names.
    private func path(to id: NodeID) -> (Variable?, [Text]) {
        var names: [Text] = []
        var target = id
        while case .attribute(let next, let name) = expression[target] {
            names.append(expression[name: name])
            target = next
        }
        guard case .variable(let variable) = expression[target] else { return (nil, names.reversed()) }
        return (variable, names.reversed())
    }
}

// What would answer a clause.
extension ClausePlanner {
    // As deep as records may be nested. The names behind one `has` are not bounded by the parser.
    private static var namesOfAPlace: Int { 128 }

    private mutating func findPatterns(_ id: NodeID) {
        switch expression[id] {
        case .attribute, .getTag: place(id).map { patterns.append(.truth($0)) }
        case .comparison(let comparison, let a, let b): addComparison(comparison, a, b)
        case .membership(let a, let b), .isTypeIn(let a, _, let b):
            let entity = root(a)
            patterns.append(.member(entity, of: root(b)))
            if let place = place(b) { patterns.append(.listed(entity, in: place)) }
        case .has(let a, let names):
            if case (let variable?, let path) = path(to: a), path.count + names.range.count <= Self.namesOfAPlace {
                patterns.append(.has(.attribute(variable, path + expression[names: names])))
            }
        case .hasTag(let a, let key):
            let entity = root(a)
            patterns.append(.has(.tag(entity: entity, key: root(key))))
        case .like(let a, let pattern): place(a).map { patterns.append(.like($0, expression[pattern: pattern])) }
        case .isEmpty(let a): place(a).map { patterns.append(.isEmpty($0)) }
        case .setOperation(let operation, let a, let b):
            if let place = place(a) { patterns.append(.contains(operation, place, root(b))) }
            if operation == .contains, let place = place(b) { patterns.append(.element(place, of: root(a))) }
        case .call(let function, let range): addCall(function, Array(expression[range]))
        default: break
        }
    }

    // Either side may be what changes; the left one is tried first.
    private mutating func addComparison(_ comparison: ExpressionNode.Comparison, _ a: NodeID, _ b: NodeID) {
        if let place = place(a) { patterns.append(.compare(comparison, place, with: root(b))) }
        if let place = place(b) { patterns.append(.compare(comparison.mirrored, place, with: root(a))) }
    }

    private mutating func addCall(_ function: ExtensionFunction, _ operands: [NodeID]) {
        guard operands.count == function.arity else { return }
        switch function {
        case .lessThan: addComparison(.less, operands[0], operands[1])
        case .lessThanOrEqual: addComparison(.lessOrEqual, operands[0], operands[1])
        case .greaterThan: addComparison(.greater, operands[0], operands[1])
        case .greaterThanOrEqual: addComparison(.greaterOrEqual, operands[0], operands[1])
        case .isInRange: place(operands[0]).map { patterns.append(.inRange($0, root(operands[1]))) }
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast:
            place(operands[0]).map { patterns.append(.classify(function, $0)) }
        default: break
        }
    }

    private mutating func place(_ id: NodeID) -> ClausePlace? {
        switch expression[id] {
        case .attribute:
            guard case (let variable?, let path) = path(to: id), path.count <= Self.namesOfAPlace else { return nil }
            return .attribute(variable, path)
        case .getTag(let a, let key):
            let entity = root(a)
            return .tag(entity: entity, key: root(key))
        default: return nil
        }
    }
}
