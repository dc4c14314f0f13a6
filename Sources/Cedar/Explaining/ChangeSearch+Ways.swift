// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ChangeSearch {
    /// The ways to make a policy apply; empty when there is none.
    mutating func waysToSatisfy(_ explanation: PolicyExplanation, _ entities: some EntityLookup) -> [ChangeWay] {
        guard var ways = scopeWays(explanation, entities) else { return [] }
        let solved = solve(explanation, satisfied: true, entities)
        for (condition, form) in zip(explanation.policy.conditions, explanation.plan.conditions) {
            ways = both(ways, solved[Int(form)][condition.kind == .when])
        }
        return ways
    }

    /// The ways to make a satisfied policy not apply.
    mutating func waysToDefeat(_ explanation: PolicyExplanation, _ entities: some EntityLookup) -> [ChangeWay] {
        // The ways of its conditions would tell how hidden clauses came out.
        if explanation.hasHidden {
            noteCut()
            return best(waysOutOfScope(explanation))
        }
        let solved = solve(explanation, satisfied: false, entities)
        var ways: [ChangeWay] = []
        for (condition, form) in zip(explanation.policy.conditions, explanation.plan.conditions) {
            ways += solved[Int(form)][condition.kind != .when]
        }
        return best(ways + waysOutOfScope(explanation))
    }

    // The ways to give one form either truth value.
    private struct Ways {
        var toHold: [ChangeWay] = []
        var toFail: [ChangeWay] = []

        subscript(wanted: Bool) -> [ChangeWay] {
            get { wanted ? toHold : toFail }
            set {
                if wanted { toHold = newValue } else { toFail = newValue }
            }
        }
    }

    // From the conditions downwards for what is asked of which form, then upwards for the ways.
    private mutating func solve(
        _ explanation: PolicyExplanation,
        satisfied: Bool,
        _ entities: some EntityLookup
    ) -> [Ways] {
        let plan = explanation.plan
        var asked = Array(repeating: TruthValues(), count: plan.forms.count)
        for (condition, form) in zip(explanation.policy.conditions, plan.conditions) {
            asked[Int(form)] = (condition.kind == .when) == satisfied ? .yes : .no
        }
        for form in plan.forms.indices.reversed() where !asked[form].isEmpty {
            descend(form, explanation, &asked)
        }
        var ways = Array(repeating: Ways(), count: plan.forms.count)
        for form in plan.forms.indices {
            for wanted in [true, false] where asked[form].contains(wanted ? .yes : .no) {
                if isSo(form, wanted, explanation) {
                    ways[form][wanted] = ChangeWay.nothing
                } else {
                    ways[form][wanted] = self.ways(form, wanted, explanation, ways, entities)
                }
            }
        }
        return ways
    }

    // Whether nothing has to change.
    private func isSo(_ form: Int, _ wanted: Bool, _ explanation: PolicyExplanation) -> Bool {
        explanation.marks[form].truth == ClauseMark.Truth(wanted)
    }

    private func descend(_ form: Int, _ explanation: PolicyExplanation, _ asked: inout [TruthValues]) {
        let plan = explanation.plan
        for wanted in [true, false] where asked[form].contains(wanted ? .yes : .no) {
            guard !isSo(form, wanted, explanation) else { continue }
            let truth: TruthValues = wanted ? .yes : .no
            switch plan.forms[form] {
            case .clause: break
            case .not(let inner): asked[Int(inner)].formUnion(truth.negated)
            case .all(let parts), .any(let parts):
                for part in plan.parts[parts.range] {
                    asked[Int(part)].formUnion(truth)
                    // Another truth lets the evaluation come to what stands behind it.
                    if explanation.marks[Int(part)].truth == .failed { asked[Int(part)].formUnion(truth.negated) }
                }
            case .choose(let condition, let consequence, let alternative):
                asked[Int(condition)] = [.yes, .no]
                asked[Int(consequence)].formUnion(truth)
                asked[Int(alternative)].formUnion(truth)
            }
        }
    }

    private mutating func ways(
        _ form: Int,
        _ wanted: Bool,
        _ explanation: PolicyExplanation,
        _ ways: [Ways],
        _ entities: some EntityLookup
    ) -> [ChangeWay] {
        switch explanation.plan.forms[form] {
        case .clause(let clause): return best(self.ways(clause, wanted, explanation, entities))
        case .not(let inner): return ways[Int(inner)][!wanted]
        case .all(let parts): return chain(parts, wanted, together: wanted, explanation, ways)
        case .any(let parts): return chain(parts, wanted, together: !wanted, explanation, ways)
        case .choose(let condition, let consequence, let alternative):
            let first = both(ways[Int(condition)].toHold, ways[Int(consequence)][wanted])
            let second = both(ways[Int(condition)].toFail, ways[Int(alternative)][wanted])
            return best(first + second)
        }
    }

    // All parts together, or one of them.
    private mutating func chain(
        _ parts: OperandRange,
        _ wanted: Bool,
        together: Bool,
        _ explanation: PolicyExplanation,
        _ ways: [Ways]
    ) -> [ChangeWay] {
        let parts = explanation.plan.parts[parts.range]
        if together {
            var joined = ChangeWay.nothing
            for part in parts where !joined.isEmpty { joined = both(joined, ways[Int(part)][wanted]) }
            return joined
        }
        var any: [ChangeWay] = []
        var before = ChangeWay.nothing
        for part in parts {
            let truth = explanation.marks[Int(part)].truth
            if truth == ClauseMark.Truth(wanted) { return best(any + before) }
            any += both(before, ways[Int(part)][wanted])
            // What stands behind a part that fails is evaluated only when that part has a truth.
            if truth == .failed { before = both(before, ways[Int(part)][!wanted]) }
            if before.isEmpty { break }
        }
        return best(any)
    }
}

// The scope.
extension ChangeSearch {
    // What brings the request into the scope; nil when nothing can.
    private mutating func scopeWays(
        _ explanation: PolicyExplanation,
        _ entities: some EntityLookup
    ) -> [ChangeWay]? {
        guard !explanation.unmetScope.contains(.action) else { return nil }
        var ways = ChangeWay.nothing
        for unmet in explanation.unmetConstraints {
            guard case .entity(let constraint) = unmet.constraint,
                let group = group(constraint, unmet.actual),
                let way = membershipWay(unmet.actual, group, true, unmet.variable, explanation.place, entities)
            else { return nil }
            ways = both(ways, [way])
        }
        return ways
    }

    private mutating func waysOutOfScope(_ explanation: PolicyExplanation) -> [ChangeWay] {
        var ways: [ChangeWay] = []
        let request = explanation.request
        for (variable, uid, constraint) in [
            (Variable.principal, request.principal, explanation.policy.scope.principal),
            (Variable.resource, request.resource, explanation.policy.scope.resource),
        ] {
            guard let group = group(constraint, uid), group != uid,
                let place = place(of: .membership(uid, of: group), now: nil)
            else { continue }
            let option = Option(
                subject: place,
                requirement: .member(false),
                root: variable,
                path: [],
                policy: explanation.place,
                clause: nil
            )
            ways.append(way(option))
        }
        return ways
    }

    // The group that an entity would have to be in; nil when it would have to be another entity.
    private func group(_ constraint: EntityConstraint, _ uid: EntityUID) -> EntityUID? {
        switch constraint {
        case .member(.entity(let group)): group
        case .typeAndMember(let type, .entity(let group)): uid.type == type ? group : nil
        default: nil
        }
    }

    /// The way of one membership; nil where it would make a circle.
    mutating func membershipWay(
        _ member: EntityUID,
        _ group: EntityUID,
        _ wanted: Bool,
        _ root: Variable?,
        _ policy: Int,
        path: [Text] = [],
        clause: Int32? = nil,
        _ entities: some EntityLookup
    ) -> ChangeWay? {
        guard member != group else { return nil }
        if wanted, let handle = entities.handle(of: group), entities.isMember(handle, of: member) { return nil }
        guard let place = place(of: .membership(member, of: group), now: nil) else { return nil }
        return way(
            Option(
                subject: place,
                requirement: .member(wanted),
                root: root,
                path: path,
                policy: policy,
                clause: clause
            )
        )
    }
}
