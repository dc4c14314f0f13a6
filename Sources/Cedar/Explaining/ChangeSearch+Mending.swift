// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

// What a trial that failed says of what else is needed, and one that did not of what must stay.
extension ChangeSearch {
    // So many trials are looked into, and of each so many policies that stand against it.
    private static let maximumMendings = 4
    private static let maximumStanding = 4
    // So many policies are looked into for what they ask besides.
    private static let maximumBounding = 16

    /// Looks at the policies with the values of a way that did not do, and tries it with what is missing then: where
    /// `b == a` holds, but not any more with another `a`.
    mutating func mend(
        _ way: ChangeWay,
        to opponent: Int?,
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) {
        var way = way
        for _ in 0..<max(1, limits.maximumFacts) {
            guard mendings < Self.maximumMendings, trials < limits.maximumTrials else { return noteCut() }
            let choices = choices(way)
            guard choices.allSatisfy({ !$0.changes.isEmpty }) else { return }
            mendings += 1
            let missing = missing(choices.map { Trial($0.subject, $0.changes[0]) }, opponent, policies, entities)
            let before = way
            let further = sorted(missing.map { mended(before, by: $0) }).filter {
                isExpressible($0) && $0.size <= limits.maximumFacts && $0.options != before.options
            }
            guard let next = further.first else { return }
            for way in further.prefix(Self.maximumStanding) where mayFindSmaller(than: way.size) {
                guard let trial = find(way, policies, entities) else { continue }
                found = (way, trial)
                return
            }
            way = next
        }
    }

    // What a clause asks for with the changes takes the place of what it asked for without.
    private func mended(_ way: ChangeWay, by missing: ChangeWay) -> ChangeWay {
        let later = missing.options.map { options[Int($0)] }
        var mended = ChangeWay()
        for index in way.options + missing.options where !mended.options.contains(index) {
            let option = options[Int(index)]
            let isOld = later.contains { $0.policy == option.policy && $0.clause == option.clause }
            if isOld, option.clause != nil, !missing.options.contains(index) { continue }
            mended.options.append(index)
            mended.subjects |= 1 << UInt64(option.subject)
        }
        return mended
    }

    // The ways to what is still missing with the changes.
    private mutating func missing(
        _ trial: [Trial],
        _ opponent: Int?,
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) -> [ChangeWay] {
        let (request, overlay) = world(trial, entities)
        trials += 1
        let response = policies.authorize(request, entities: overlay)
        guard response.decision == decision,
            disclosure.showsAllData || isSettled(trial, request, policies, overlay)
        else { return [] }
        return within(request, overlay, policies) { search in
            // Against an allow a forbid that applies would do; else what stands for the decision must fall.
            if let opponent, search.decision == .allow || response.places.isEmpty {
                return search.look(into: [opponent], policies, overlay).first.map { search.waysToSatisfy($0, overlay) }
                    ?? []
            }
            guard !response.places.isEmpty, response.places.count <= Self.maximumStanding else { return [] }
            var ways = ChangeWay.nothing
            let standing = search.look(into: response.places.map(Int.init), policies, overlay)
            guard standing.count == response.places.count else { return [] }
            for policy in standing where !ways.isEmpty {
                ways = search.both(ways, search.waysToDefeat(policy, overlay))
            }
            return ways
        }
    }

    /// What must be so of the changed values, beyond what was missing, for the policies to come out as they do with them.
    mutating func bounds(
        of trial: [Trial],
        _ way: ChangeWay,
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) -> [(subject: Int, FactRequirement)] {
        let (request, overlay) = world(trial, entities)
        let response = policies.authorize(request, entities: overlay)
        let opponents = way.options.map { Int32(truncatingIfNeeded: options[Int($0)].policy) }
        // One that applies is enough, and none of the other effect may apply against an allow.
        var places: [Int] = []
        if let one = response.places.first(where: opponents.contains) ?? response.places.first {
            places.append(Int(one))
        }
        if response.decision == .allow || places.isEmpty {
            let effect: Effect = response.decision == .allow ? .forbid : .permit
            places += matching.map { Int($0.place) }.filter { policies.policies.body(at: $0).effect == effect }
        }
        let changed = trial.map { subjects[$0.subject] }
        let asked = way.options.map { options[Int($0)] }.filter { option in
            option.clause != nil && trial.contains { $0.subject == option.subject }
        }
        return within(request, overlay, policies) { search in
            var bounds: [(subject: Int, FactRequirement)] = []
            // Where each clause that reads a changed value was asked for what it gives now, no more is to be said.
            let open = places.filter { place in
                let plan = ClausePlan.of(policies.policies.body(at: place))
                let reading = plan.clauses.count { clause in changed.contains { clause.mayRead($0, plan) } }
                return reading > 0 && reading > Set(asked.filter { $0.policy == place }.map(\.clause)).count
            }
            let bounding = Array(open.prefix(Self.maximumBounding))
            for policy in search.look(into: bounding, policies, overlay) where policy.unmetScope.isEmpty {
                let plan = policy.plan
                // What does not apply whatever the changed values are sets them no bound.
                let isMoot =
                    !policy.isSatisfied
                    && !policy.mayHold { clause in changed.contains { clause.mayRead($0, plan) } }
                if isMoot { continue }
                for clause in plan.clauses {
                    let mark = policy.marks[Int(clause.form)]
                    guard mark.isDecisive == true, mark.truth == .yes || mark.truth == .no else { continue }
                    for pattern in plan.patterns[clause.patterns.range] {
                        if let bound = search.bound(pattern, mark.truth == .yes, trial, policy, overlay) {
                            bounds.append(bound)
                        }
                    }
                }
            }
            return bounds
        }
    }

    private mutating func bound(
        _ pattern: ClausePattern,
        _ truth: Bool,
        _ trial: [Trial],
        _ policy: PolicyExplanation,
        _ entities: some EntityLookup
    ) -> (subject: Int, FactRequirement)? {
        guard let place = pattern.place, let (subject, value) = resolve(place, policy, entities),
            let change = trial.first(where: { subjects[$0.subject] == subject }),
            let requirement = requirement(pattern, truth, value, policy, entities), requirement.isMet(by: change.change)
        else { return nil }
        return (change.subject, requirement)
    }

    // What policies have to say with the changes; those are left out of which not all may be told.
    private func look(
        into places: [Int],
        _ policies: PolicySet,
        _ entities: some EntityLookup
    ) -> [PolicyExplanation] {
        var tracer = ClauseTracer(evaluation, limits)
        for place in places {
            let body = policies.policies.body(at: place)
            guard disclosure.showsAllData || disclosure.shows(ClausePlan.of(body)),
                let unmet = body.unmetScope(evaluation, within: ScopeParts.horizon, entities)
            else { continue }
            tracer.trace(place, unmet: unmet, policies.policies, entities)
        }
        return tracer.traces.entries.indices.map {
            PolicyExplanation($0, of: tracer.traces, policies.policies, request, limits, disclosure)
        }
    }

    // With the changed request as the one at hand.
    private mutating func within<Result>(
        _ request: AuthorizationRequest,
        _ entities: some EntityLookup,
        _ policies: PolicySet,
        _ body: (inout ChangeSearch) -> Result
    ) -> Result {
        let before = evaluation
        evaluation = Evaluation(request, entities, body: before.body)
        defer { evaluation = before }
        return body(&self)
    }
}

extension ClausePlan {
    /// Whether a clause may read what a fact is about.
    func mayRead(_ subject: FactSubject) -> Bool { clauses.contains { $0.mayRead(subject, self) } }
}

extension ClausePlan.Clause {
    /// Whether it may read what a fact is about.
    func mayRead(_ subject: FactSubject, _ plan: ClausePlan) -> Bool {
        if readsElse { return true }
        let reads = plan.reads[self.reads.range]
        switch subject {
        case .context(let path):
            return reads.contains {
                $0.variable == .context && ($0.path.starts(with: path) || path.starts(with: $0.path))
            }
        // Many paths may lead to an entity; its attribute's name is in each.
        case .attribute(_, let path):
            return path.first.map { name in reads.contains { $0.path.contains(name) } } ?? true
        case .tag: return reads.contains { $0.kind == .tag || $0.kind == .tagPresence }
        case .membership: return readsMemberships
        case .clause: return true
        }
    }
}
