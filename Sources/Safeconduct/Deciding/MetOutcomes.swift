// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a condition may come to with some remedies met, and then with more of them: a set of pairs, each of which is true,
/// false or a failure.
///
/// The operands of an operator are taken for independent of each other, so the set may be larger than what can happen,
/// never smaller.
struct MetOutcomes: OptionSet, Sendable {
    /// What Cedar makes of a condition.
    enum Outcome: UInt16, Sendable, CaseIterable {
        case no, yes, fails

        var negated: Outcome {
            switch self {
            case .no: .yes
            case .yes: .no
            case .fails: .fails
            }
        }
    }

    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// One pair.
    init(_ before: Outcome, _ after: Outcome) { rawValue = 1 << (before.rawValue * 3 + after.rawValue) }

    static let alwaysTrue = MetOutcomes(.yes, .yes)
    static let alwaysFalse = MetOutcomes(.no, .no)
    /// Anything that is no question about remedies: more of them change nothing about it.
    static let fixed: MetOutcomes = [alwaysTrue, alwaysFalse]
    /// The same, where it may fail.
    static let fixedOrFailing: MetOutcomes = [fixed, MetOutcomes(.fails, .fails)]
    /// Whether a remedy is met: more of them make it true, and never false.
    static let asked: MetOutcomes = [fixed, MetOutcomes(.no, .yes)]
    /// Nothing is known about it.
    static let anything = MetOutcomes(rawValue: 0b1_1111_1111)

    /// Whether more remedies change nothing.
    var isFixed: Bool { isSubset(of: .fixedOrFailing) }
    /// Whether it may fail, now or with more remedies.
    var mayFail: Bool { pairs.contains { $0.before == .fails || $0.after == .fails } }

    /// The opposite.
    var negated: MetOutcomes { MetOutcomes(pairs.map { MetOutcomes($0.before.negated, $0.after.negated) }) }

    /// `self && other`: what stands behind is evaluated only where what stands before is true.
    func and(_ other: MetOutcomes) -> MetOutcomes { either(.yes, goesOnTo: other) }

    /// `self || other`: what stands behind is evaluated only where what stands before is false.
    func or(_ other: MetOutcomes) -> MetOutcomes { either(.no, goesOnTo: other) }

    private func either(_ open: Outcome, goesOnTo other: MetOutcomes) -> MetOutcomes {
        MetOutcomes(
            pairs.flatMap { own in
                other.pairs.map { next in
                    MetOutcomes(
                        own.before == open ? next.before : own.before,
                        own.after == open ? next.after : own.after
                    )
                }
            }
        )
    }

    /// `if self then yes else no`.
    func choosing(_ yes: MetOutcomes, _ no: MetOutcomes) -> MetOutcomes {
        func pick(_ test: Outcome, _ yes: Outcome, _ no: Outcome) -> Outcome {
            switch test {
            case .yes: yes
            case .no: no
            case .fails: .fails
            }
        }
        var all: MetOutcomes = []
        for test in pairs {
            for one in yes.pairs {
                for other in no.pairs {
                    all.insert(
                        MetOutcomes(
                            pick(test.before, one.before, other.before),
                            pick(test.after, one.after, other.after)
                        )
                    )
                }
            }
        }
        return all
    }

    private var pairs: [(before: Outcome, after: Outcome)] {
        Outcome.allCases.flatMap { before in
            Outcome.allCases.compactMap { after in contains(MetOutcomes(before, after)) ? (before, after) : nil }
        }
    }
}
