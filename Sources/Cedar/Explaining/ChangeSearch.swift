// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Looks for the smallest set of facts that would turn a decision round.
///
/// The clauses of a policy are put together with `&&`, `||` and `if`, so the ways to make it come out otherwise are
/// sums and products of the ways of its clauses. They are built from the clauses upwards, the smallest kept, and tried
/// by deciding again. Bounded in combinations, trials and facts.
struct ChangeSearch: ~Copyable {
    /// One fact that would answer one clause, or one constraint of a scope.
    struct Option {
        /// The place in ``subjects``.
        let subject: Int
        let requirement: FactRequirement
        let root: Variable?
        let path: [Text]
        let policy: Int
        let clause: Int32?
    }

    var evaluation: Evaluation
    let limits: ExplanationLimits
    /// The answer to be turned round.
    let decision: AuthorizationDecision
    private(set) var options: [Option] = []
    private(set) var subjects: [FactSubject] = []
    /// What each subject is now.
    private(set) var current: [Value?] = []
    /// The subjects for which no value is known.
    private(set) var opaque: UInt64 = 0
    /// Whether something was left out because of a limit.
    private(set) var isCut = false
    private var combinations = 0
    var trials = 0
    /// How often a trial that failed was looked into.
    var mendings = 0
    /// The best that was found, and of what cannot be tried.
    var found: (way: ChangeWay, trial: [Trial])?
    var needed: ChangeWay?
    var isTried = false
    /// What of the policies may be told.
    let disclosure: ExplanationDisclosure
    /// Of which policies all may be told, as far as that was asked.
    var shown: [Int: Bool] = [:]
    /// The policies that were looked into because their scope matches.
    let matching: ArraySlice<PolicyTraces.Entry>

    // A bit for each.
    private static let maximumSubjects = 64
    // The ways kept of one expression.
    private static let maximumWays = 16

    init(_ explanation: Explanation, _ evaluation: Evaluation) {
        self.evaluation = evaluation
        decision = explanation.response.decision
        limits = explanation.limits
        disclosure = explanation.disclosure
        matching = explanation.traces.entries[..<explanation.matching]
    }

    var request: AuthorizationRequest { evaluation.request }

    /// The way that consists of one option.
    mutating func way(_ option: Option) -> ChangeWay {
        options.append(option)
        return ChangeWay(options: [Int32(truncatingIfNeeded: options.count - 1)], subjects: 1 << UInt64(option.subject))
    }

    /// The place of a subject; nil when there are too many.
    mutating func place(of subject: FactSubject, now value: Value?) -> Int? {
        if let place = subjects.firstIndex(of: subject) { return place }
        guard subjects.count < Self.maximumSubjects else {
            isCut = true
            return nil
        }
        if case .clause = subject { opaque |= 1 << UInt64(subjects.count) }
        subjects.append(subject)
        current.append(value)
        return subjects.count - 1
    }

    /// Notes that not everything was tried.
    mutating func noteCut() { isCut = true }

    /// Whether the way can be tried.
    func isExpressible(_ way: ChangeWay) -> Bool { way.subjects & opaque == 0 }

    /// The ways, the smaller and more telling ones first; ties stay in their order.
    func sorted(_ ways: [ChangeWay]) -> [ChangeWay] {
        guard ways.count > 1 else { return ways }
        let opaque = opaque
        return ways.sorted { left, right in
            let unknown = ((left.subjects & opaque).nonzeroBitCount, (right.subjects & opaque).nonzeroBitCount)
            return (unknown.0, left.size) < (unknown.1, right.size)
        }
    }

    /// Any of the ways, the best ones kept.
    mutating func best(_ ways: [ChangeWay]) -> [ChangeWay] {
        let sorted = sorted(ways)
        guard sorted.count > Self.maximumWays else { return sorted }
        isCut = true
        return Array(sorted.prefix(Self.maximumWays))
    }

    /// One way of each at once.
    mutating func both(_ left: [ChangeWay], _ right: [ChangeWay]) -> [ChangeWay] {
        // What holds already costs nothing, and is most of what is joined.
        if right.count == 1, right[0].options.isEmpty { return left }
        if left.count == 1, left[0].options.isEmpty { return right }
        var ways: [ChangeWay] = []
        for way in left {
            for other in right {
                combinations += 1
                guard combinations <= limits.maximumCombinations else {
                    isCut = true
                    return best(ways)
                }
                let joined = way.joined(with: other)
                if joined.size <= limits.maximumFacts { ways.append(joined) } else { isCut = true }
            }
        }
        return best(ways)
    }
}
