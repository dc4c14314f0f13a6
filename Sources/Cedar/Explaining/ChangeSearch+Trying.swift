// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ChangeSearch {
    /// A change of one subject.
    typealias Trial = (subject: Int, change: FactChange)

    /// How the search ended.
    mutating func result(_ policies: PolicySet, _ entities: some EntityLookup) -> DecisionChange {
        if let found {
            let bounds = bounds(of: found.trial, found.way, policies, entities)
            return DecisionChange(status: .verified, facts: facts(found.way, found.trial, bounds))
        }
        if let needed { return DecisionChange(status: .needs, facts: facts(needed, [], [])) }
        return DecisionChange(status: isTried || isCut ? .notFound : .impossible, facts: [])
    }

    /// Whether ways of so many facts could be better than what was found.
    func mayFindSmaller(than facts: Int) -> Bool { found.map { facts < $0.trial.count } ?? true }

    /// Tries ways, the smallest first, until one turns the decision of the policies round.
    ///
    /// - Parameter opponent: The place of the policy that they are to make apply, if any.
    mutating func tryAll(
        _ ways: [ChangeWay],
        to opponent: Int?,
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) {
        for way in sorted(ways) where way.size > 0 {
            guard isExpressible(way) else {
                if needed.map({ way.size < $0.size }) ?? true { needed = way }
                return
            }
            guard mayFindSmaller(than: way.size) else { return }
            isTried = true
            if let trial = find(way, policies, entities) {
                found = (way, trial)
            } else {
                mend(way, to: opponent, policies, entities)
            }
        }
    }

    /// What may be put in the place of each subject of a way so that all its options are met.
    func choices(_ way: ChangeWay) -> [(subject: Int, changes: [FactChange])] {
        subjects.indices.filter { way.subjects & (1 << UInt64($0)) != 0 }.map { subject in
            let requirements = way.options.map { options[Int($0)] }.filter { $0.subject == subject }.map(\.requirement)
            return (subject, FactRequirement.changes(meeting: requirements, current[subject]))
        }
    }

    /// The values for one way with which it works; of those only what is needed.
    mutating func find(
        _ way: ChangeWay,
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) -> [Trial]? {
        let choices = choices(way)
        guard choices.allSatisfy({ !$0.changes.isEmpty }) else { return nil }
        // Counted up like the digits of a number.
        var digits = Array(repeating: 0, count: choices.count)
        while trials < limits.maximumTrials {
            let trial = choices.indices.map { Trial(choices[$0].subject, choices[$0].changes[digits[$0]]) }
            if turns(trial, policies, entities) { return smallest(trial, policies, entities) }
            var place = 0
            while place < digits.count, digits[place] == choices[place].changes.count - 1 {
                digits[place] = 0
                place += 1
            }
            guard place < digits.count else { return nil }
            digits[place] += 1
        }
        noteCut()
        return nil
    }

    // A part of the facts may do, by making a policy fail, for example; then that part is the change.
    private mutating func smallest(
        _ trial: [Trial],
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) -> [Trial] {
        guard trial.count > 1 else { return trial }
        let masks = (1..<(1 << trial.count) - 1).sorted {
            ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1)
        }
        for mask in masks {
            let part = trial.indices.filter { mask & (1 << $0) != 0 }.map { trial[$0] }
            if turns(part, policies, entities) { return part }
        }
        return trial
    }

    // Whether the decision is the other one with the changes. Nobody can say of whoever leaves a group whether they keep
    // what the group is in, so it must be the other one either way.
    private mutating func turns(_ trial: [Trial], _ policies: PolicySet, _ entities: some EntityLookup) -> Bool {
        trials += 1
        for keepsAbove in [true, false] {
            let (request, overlay) = world(trial, entities, keepsAbove: keepsAbove)
            guard policies.authorize(request, entities: overlay).decision != decision,
                disclosure.showsAllData || isSettled(trial, request, policies, overlay)
            else { return false }
            if !overlay.hasLeavers { break }
        }
        return true
    }

    /// The request and the entities with the changes.
    func world<Entities: EntityLookup>(
        _ trial: [Trial],
        _ entities: Entities,
        keepsAbove: Bool = true
    ) -> (AuthorizationRequest, FactOverlay<Entities>) {
        var request = request
        var overlay = FactOverlay(entities, keepsAbove: keepsAbove)
        for (subject, change) in trial {
            if case .context(let path) = subjects[subject] {
                let value: Value? = if case .value(let value) = change { value } else { nil }
                if case .record(let context)? = Record.nested(path[...], in: .record(request.context), value) {
                    request.context = context
                }
            } else {
                overlay.apply(change, to: subjects[subject])
            }
        }
        return (request, overlay)
    }

    // Whether what hidden clauses give is what they gave, so that the trial tells no more of them than the decision did:
    // the policies that have some were asked then, and read nothing that changed.
    mutating func isSettled(
        _ trial: [Trial],
        _ request: AuthorizationRequest,
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) -> Bool {
        let candidates = policies.candidates(for: request, entities: entities)
        guard candidates.count <= Self.maximumSettled else { return false }
        for place in candidates {
            let plan = ClausePlan.of(policies.policies.body(at: place))
            let isShown = shown[place] ?? disclosure.shows(plan)
            shown[place] = isShown
            if isShown { continue }
            let isSettled = matching.contains { Int($0.place) == place }
            guard isSettled, !trial.contains(where: { plan.mayRead(subjects[$0.subject]) }) else { return false }
        }
        return true
    }

    // So many policies are looked into for whether they read something hidden.
    private static let maximumSettled = 1_024

    private func facts(_ way: ChangeWay, _ trials: [Trial], _ bounds: [(subject: Int, FactRequirement)]) -> [Fact] {
        subjects.indices.compactMap { subject in
            guard way.subjects & (1 << UInt64(subject)) != 0 else { return nil }
            let trial = trials.first { $0.subject == subject }
            guard trial != nil || trials.isEmpty else { return nil }
            let asking = way.options.map { options[Int($0)] }.filter { $0.subject == subject }
            var requirements: [FactRequirement] = []
            let asked = asking.map(\.requirement) + bounds.filter { $0.subject == subject }.map(\.1)
            for requirement in asked where !requirements.contains(requirement) { requirements.append(requirement) }
            // Of a forbid's `risk <= 8` and a permit's `risk < 5` the second says it all.
            let all = requirements
            requirements.removeAll { one in all.contains { $0 != one && $0.implies(one) } }
            return Fact(
                root: asking.first?.root,
                path: asking.first?.path ?? [],
                subject: subjects[subject],
                requirements: requirements,
                example: trial.flatMap { FactRequirement.example($0.change, requirements) }
            )
        }
    }
}

extension FactRequirement {
    /// The value that was tried, where it says more than the requirements; where any value does, none is given.
    fileprivate static func example(_ change: FactChange, _ requirements: [FactRequirement]) -> Value? {
        guard case .value(let value) = change else { return nil }
        return requirements.allSatisfy { if case .present = $0 { true } else { false } } ? nil : value
    }
}
