// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ChangeSearch {
    /// The ways to give one clause the truth value `wanted`, which it does not have.
    mutating func ways(
        _ clause: Int32,
        _ wanted: Bool,
        _ explanation: PolicyExplanation,
        _ entities: some EntityLookup
    ) -> [ChangeWay] {
        let plan = explanation.plan
        let clauseOfPlan = plan.clauses[Int(clause)]
        var found: [ChangeWay] = []
        for pattern in plan.patterns[clauseOfPlan.patterns.range] {
            if case .member(let entity, let group) = pattern {
                let members = memberships(entity, group, wanted, clause, explanation, entities)
                // Each element that matches must go, so what takes one away would not do.
                guard wanted, let members else { return members ?? needs(clause, wanted, explanation) }
                found += members
                continue
            }
            guard let place = pattern.place,
                let (subject, value) = resolve(place, explanation, entities),
                let requirement = requirement(pattern, wanted, value, explanation, entities),
                let index = self.place(of: subject, now: value)
            else { continue }
            found.append(
                way(
                    Option(
                        subject: index,
                        requirement: requirement,
                        root: place.root(of: clauseOfPlan, plan),
                        path: place.path(of: clauseOfPlan, plan),
                        policy: explanation.place,
                        clause: clause
                    )
                )
            )
        }
        return found.isEmpty ? needs(clause, wanted, explanation) : found
    }

    // No value is known that would answer the clause: the clause itself is what is needed. A literal never changes, nor
    // does who asks for what.
    private mutating func needs(_ clause: Int32, _ wanted: Bool, _ explanation: PolicyExplanation) -> [ChangeWay] {
        let plan = explanation.plan
        let reads = plan.reads[plan.clauses[Int(clause)].reads.range]
        let canChange = reads.contains { !$0.path.isEmpty || $0.variable == .context || $0.variable == nil }
        let node = plan.clauses[Int(clause)].node
        guard canChange, let place = place(of: .clause(policy: explanation.place, node), now: nil) else { return [] }
        let option = Option(
            subject: place,
            requirement: .truth(wanted),
            root: reads.first?.variable,
            path: [],
            policy: explanation.place,
            clause: clause
        )
        return [way(option)]
    }

    // `entity in group`, `group` one or several: to be in any of them, or in none. Nil when one of the sides has no value.
    private mutating func memberships(
        _ entityRoot: Int32,
        _ groupRoot: Int32,
        _ wanted: Bool,
        _ clause: Int32,
        _ explanation: PolicyExplanation,
        _ entities: some EntityLookup
    ) -> [ChangeWay]? {
        let read = explanation.plan.clauses[Int(clause)].reads.range.first.map { explanation.plan.reads[$0] }
        // The groups of an action are part of what the policies mean.
        guard read?.variable != .action else { return [] }
        guard case .entity(let uid)? = value(entityRoot, explanation, entities) else { return nil }
        let groups: [EntityUID]
        switch value(groupRoot, explanation, entities) {
        case .entity(let group)?: groups = [group]
        case .set(let set)?:
            groups = set.elements.compactMap { if case .entity(let group) = $0 { group } else { nil } }
        default: return nil
        }
        var ways: [ChangeWay] = []
        var together = ChangeWay()
        for group in groups.prefix(wanted ? 4 : 64) {
            // Users are not in users: where an attribute names some, being one of them is what is missing.
            if wanted, group.type == uid.type, isListed(clause, explanation) { continue }
            let handle = entities.handle(of: uid)
            if !wanted, !Evaluation.isMember(uid, handle, of: group, entities) { continue }
            let way = membershipWay(
                uid,
                group,
                wanted,
                read?.variable,
                explanation.place,
                path: read?.path ?? [],
                clause: clause,
                entities
            )
            if let way {
                ways.append(way)
                together = together.joined(with: way)
            } else if !wanted {
                return []
            }
        }
        if wanted { return ways }
        return together.size > 0 && together.size <= limits.maximumFacts ? [together] : []
    }

    private func isListed(_ clause: Int32, _ explanation: PolicyExplanation) -> Bool {
        let plan = explanation.plan
        return plan.patterns[plan.clauses[Int(clause)].patterns.range].contains {
            if case .listed = $0 { true } else { false }
        }
    }

    // The value of a root; nil when it cannot be evaluated.
    private mutating func value(
        _ root: Int32,
        _ explanation: PolicyExplanation,
        _ entities: some EntityLookup
    ) -> Value? {
        evaluation.body = explanation.plan.body
        do throws(EvaluationError) {
            try evaluation.run(root: Int(root), entities)
            return evaluation.top
        } catch {
            return nil
        }
    }

    // What a pattern asks of its place.
    mutating func requirement(
        _ pattern: ClausePattern,
        _ wanted: Bool,
        _ current: Value?,
        _ explanation: PolicyExplanation,
        _ entities: some EntityLookup
    ) -> FactRequirement? {
        switch pattern {
        case .truth: return .compare(.equal, .bool(wanted))
        case .compare(let comparison, _, let root):
            return value(root, explanation, entities).map { .compare(wanted ? comparison : comparison.opposite, $0) }
        case .element(_, let root):
            guard case .set(let set)? = value(root, explanation, entities) else { return nil }
            return wanted ? .oneOf(set) : .noneOf(set)
        case .contains(let operation, _, let root):
            guard let other = value(root, explanation, entities) else { return nil }
            if operation == .contains { return wanted ? .containsAll([other]) : .containsNone([other]) }
            guard case .set(let others) = other else { return nil }
            if operation == .containsAll { return wanted ? .containsAll(others) : .lacksOneOf(others) }
            return wanted ? .containsAny(others) : .containsNone(others)
        case .isEmpty: return .isEmpty(wanted)
        case .has: return .present(wanted)
        case .like(_, let pattern): return .like(pattern, wanted)
        case .inRange(_, let root):
            guard case .ip(let range)? = value(root, explanation, entities) else { return nil }
            return .inRange(range, wanted)
        case .classify(let function, _): return .classified(function, wanted)
        case .listed(let root, _):
            guard wanted, let entity = value(root, explanation, entities) else { return nil }
            switch (current, entity) {
            case (.set?, _): return .containsAll([entity])
            case (.entity(let other)?, .entity(let uid)) where other.type == uid.type: return .compare(.equal, entity)
            default: return nil
            }
        case .member: return nil
        }
    }

    // Whose attribute or tag a place is, and what is there now; nil when something on the way is no record or entity.
    mutating func resolve(
        _ place: ClausePlace,
        _ explanation: PolicyExplanation,
        _ entities: some EntityLookup
    ) -> (FactSubject, Value?)? {
        switch place {
        case .attribute(let variable, let names):
            return FactSubject.resolve(variable, names, evaluation, entities)
        case .tag(let entity, let key):
            guard case .entity(let uid)? = value(entity, explanation, entities),
                case .string(let name)? = value(key, explanation, entities)
            else { return nil }
            return (.tag(uid, name), entities.handle(of: uid).flatMap { entities.tag(name, of: $0) })
        }
    }
}

extension FactSubject {
    /// The attribute at the end of a path, and its value.
    static func resolve(
        _ variable: Variable,
        _ names: [Text],
        _ evaluation: borrowing Evaluation,
        _ entities: some EntityLookup
    ) -> (FactSubject, Value?)? {
        // Of whom the attribute is; nil while it is of the context. The path to it begins behind the last entity.
        var owner = variable == .context ? nil : evaluation.uid(of: variable)
        var start = 0
        var value: Value?
        for (place, name) in names.enumerated() {
            if place > start {
                switch value {
                case .entity(let uid)?:
                    owner = uid
                    start = place
                case .record?, nil: break
                default: return nil
                }
            }
            if place > start {
                if case .record(let record)? = value { value = record[name] } else { value = nil }
            } else if let owner {
                value = entities.handle(of: owner).flatMap { entities.attribute(name, of: $0) }
            } else {
                value = evaluation.request.context[name]
            }
        }
        let path = start == 0 ? names : Array(names[start...])
        return (owner.map { .attribute($0, path) } ?? .context(path), value)
    }
}

extension ClausePattern {
    /// What a fact would be about.
    var place: ClausePlace? {
        switch self {
        case .truth(let place), .compare(_, let place, _), .element(let place, _), .contains(_, let place, _),
            .isEmpty(let place), .listed(_, let place), .has(let place), .like(let place, _), .inRange(let place, _),
            .classify(_, let place):
            place
        case .member: nil
        }
    }
}

extension ClausePlace {
    /// The variable it begins with.
    fileprivate func root(of clause: ClausePlan.Clause, _ plan: ClausePlan) -> Variable? {
        if case .attribute(let variable, _) = self { return variable }
        return tagRead(of: clause, plan)?.variable
    }

    fileprivate func path(of clause: ClausePlan.Clause, _ plan: ClausePlan) -> [Text] {
        if case .attribute(_, let path) = self { return path }
        return tagRead(of: clause, plan)?.path ?? []
    }

    private func tagRead(of clause: ClausePlan.Clause, _ plan: ClausePlan) -> ClausePlan.Read? {
        plan.reads[clause.reads.range].first { $0.kind == .tag || $0.kind == .tagPresence }
    }
}
