// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What was seen of a few policies, in rows: for each clause how it came out, for each look the value.
///
/// This is all that has to be asked while the entities are at hand. What follows from it (what was reached, what was
/// decisive, what is nearest) is worked out when somebody wants to know, see ``PolicyExplanation``.
struct PolicyTraces: Sendable {
    /// One policy; it is asked for its clauses in the order of its ``ClausePlan``.
    struct Entry: Sendable {
        let place: Int32
        let unmetScope: ScopeParts
        /// Where its part of each row begins.
        let truths: Int32
        let sights: Int32
        /// Whether some of its truths are hidden.
        fileprivate(set) var isConcealed = false
        /// How its conditions came out, where some of the truths are hidden and the scope matches.
        fileprivate(set) var known: ClauseMarks.Outcome?
        /// Whether what was seen may be told: of policies with many clauses it depends on hidden ones what that is.
        fileprivate(set) var hasSights = true
    }

    private(set) var entries: [Entry] = []
    private(set) var truths: [ClauseMark.Truth] = []
    private(set) var sights: [ExplainedRead.Sight] = []
    /// What failed, with the place in ``truths``, ascending.
    private(set) var failures: [(truth: Int32, error: EvaluationError)] = []

    /// Begins a policy.
    mutating func begin(_ place: Int, _ unmet: ScopeParts) {
        entries.append(
            Entry(
                place: Int32(truncatingIfNeeded: place),
                unmetScope: unmet,
                truths: Int32(truncatingIfNeeded: truths.count),
                sights: Int32(truncatingIfNeeded: sights.count)
            )
        )
    }

    /// Makes room.
    mutating func reserve(_ policies: Int) {
        entries.reserveCapacity(policies)
        truths.reserveCapacity(policies * 4)
        sights.reserveCapacity(policies * 2)
    }

    mutating func note(_ truth: Bool) { truths.append(truth ? .yes : .no) }

    mutating func note(_ failure: EvaluationError) {
        failures.append((Int32(truncatingIfNeeded: truths.count), failure))
        truths.append(.failed)
    }

    mutating func note(_ sight: consuming ExplainedRead.Sight) { sights.append(sight) }

    /// Forgets how the clauses came out that read something hidden. What was decided stays.
    mutating func conceal(
        what disclosure: ExplanationDisclosure,
        _ policies: borrowing PolicyList,
        _ limits: ExplanationLimits
    ) {
        guard !disclosure.showsAllData else { return }
        for place in entries.indices {
            let entry = entries[place]
            let body = policies.body(at: Int(entry.place))
            let plan = ClausePlan.of(body)
            let hidden = plan.clauses.indices.filter { !disclosure.shows(plan.clauses[$0], of: plan) }
            guard !hidden.isEmpty else { continue }
            entries[place].isConcealed = true
            if entry.unmetScope.isEmpty {
                entries[place].known = ClauseMarks(plan, body, truths[Int(entry.truths)...], inScope: true).outcome
            }
            entries[place].hasSights = plan.clauses.count <= limits.maximumClauses
            for clause in hidden { truths[Int(entry.truths) + clause] = .hidden }
        }
        failures.removeAll { truths[Int($0.truth)] == .hidden }
    }
}
