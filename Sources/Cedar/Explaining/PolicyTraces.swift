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
}
