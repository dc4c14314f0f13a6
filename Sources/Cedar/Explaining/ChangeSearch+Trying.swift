// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ChangeSearch {
    /// A change of one subject.
    typealias Trial = (subject: Int, change: FactChange)

    /// How the search ended.
    var result: DecisionChange {
        found?.change ?? needed ?? DecisionChange(status: isTried || isCut ? .notFound : .impossible, facts: [])
    }

    /// Whether ways of so many facts could be better than what was found.
    func mayFindSmaller(than facts: Int) -> Bool { found.map { facts < $0.size } ?? true }

    /// Tries ways, the smallest first, until one turns the decision of the policies round.
    mutating func tryAll(_ ways: [ChangeWay], _ policies: PolicySet, _ entities: some EntityLookup) {
        for way in sorted(ways) where way.size > 0 {
            guard isExpressible(way) else {
                if needed == nil { needed = DecisionChange(status: .needs, facts: facts(way, [])) }
                return
            }
            guard mayFindSmaller(than: way.size) else { return }
            isTried = true
            if let trial = find(way, policies, entities) {
                found = (trial.count, DecisionChange(status: .verified, facts: facts(way, trial)))
            }
        }
    }

    // The values for one way with which it works; of those only what is needed.
    private mutating func find(
        _ way: ChangeWay,
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) -> [Trial]? {
        let subjects = subjects.indices.filter { way.subjects & (1 << UInt64($0)) != 0 }
        let choices = subjects.map { changes(of: $0, way) }
        guard choices.allSatisfy({ !$0.isEmpty }) else { return nil }
        // Counted up like the digits of a number.
        var digits = Array(repeating: 0, count: subjects.count)
        while trials < limits.maximumTrials {
            let trial = subjects.indices.map { Trial(subjects[$0], choices[$0][digits[$0]]) }
            if turns(trial, policies, entities) { return smallest(trial, policies, entities) }
            var place = 0
            while place < digits.count, digits[place] == choices[place].count - 1 {
                digits[place] = 0
                place += 1
            }
            guard place < digits.count else { return nil }
            digits[place] += 1
        }
        noteCut()
        return nil
    }

    // What may be put in the place of a subject so that all options of the way about it are met.
    private func changes(of subject: Int, _ way: ChangeWay) -> [FactChange] {
        var requirements: [FactRequirement] = []
        for option in way.options where options[Int(option)].subject == subject {
            requirements.append(options[Int(option)].requirement)
        }
        var changes: [FactChange] = []
        for requirement in requirements {
            for change in requirement.candidates(current[subject])
            where !changes.contains(change) && requirements.allSatisfy({ $0.isMet(by: change) }) {
                changes.append(change)
            }
        }
        return changes
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

    // Whether the decision is the other one with the changes.
    private mutating func turns(_ trial: [Trial], _ policies: PolicySet, _ entities: some EntityLookup) -> Bool {
        trials += 1
        var request = request
        var overlay = FactOverlay(entities)
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
        return policies.authorize(request, entities: overlay).decision != decision
    }

    private func facts(_ way: ChangeWay, _ trials: [Trial]) -> [Fact] {
        subjects.indices.compactMap { subject in
            guard way.subjects & (1 << UInt64(subject)) != 0 else { return nil }
            let trial = trials.first { $0.subject == subject }
            guard trial != nil || trials.isEmpty else { return nil }
            let asking = way.options.map { options[Int($0)] }.filter { $0.subject == subject }
            var requirements: [FactRequirement] = []
            for option in asking where !requirements.contains(option.requirement) {
                requirements.append(option.requirement)
            }
            // Of a forbid's `risk <= 8` and a permit's `risk < 5` the second says it all.
            let all = requirements
            requirements.removeAll { one in all.contains { $0 != one && $0.implies(one) } }
            return Fact(
                root: asking.first?.root,
                path: asking.first?.path ?? [],
                subject: subjects[subject],
                requirements: requirements,
                example: trial.flatMap { FactRequirement.example($0.change, requirements) },
                askedBy: asking.map { ($0.policy, $0.clause) }
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
