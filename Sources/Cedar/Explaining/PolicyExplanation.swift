// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What one policy had to say to a request, clause by clause.
///
/// It holds what was seen and the plan of the policy; sentences and arrays of clauses are made when they are asked for.
public struct PolicyExplanation: Sendable {
    /// What became of the policy.
    public enum Outcome: Sendable {
        /// Scope and conditions hold.
        case satisfied
        /// The scope matches; a condition does not hold.
        case unsatisfied
        /// The scope matches; evaluating a condition failed, so the policy had no say.
        /// Of the error only what may be told: nil when a clause that reads something hidden stood before it or failed.
        case failed(EvaluationError?)
        /// The scope does not match: the conditions were not evaluated. What is said of them is what they would give.
        case outOfScope
    }

    /// Its place in ``PolicySet/policies``.
    public let place: Int
    /// The policy.
    public let policy: Policy
    /// What became of it.
    public let outcome: Outcome
    /// The parts of the scope that the request does not meet.
    public let unmetScope: ScopeParts
    /// How many clauses at least would have to come out otherwise for the conditions to hold; hidden ones do not count.
    public let unmetClauses: Int

    /// Whether it has clauses of which it may not be told how they came out.
    public let hasHidden: Bool

    let request: AuthorizationRequest
    let disclosure: ExplanationDisclosure
    let plan: ClausePlan
    /// One for each form of the plan.
    let marks: [ClauseMark]
    /// What was seen, one for each look of the plan or, when ``shown`` is not all, for each look of those.
    private let sights: ArraySlice<ExplainedRead.Sight>?
    /// What failed, with the place of its clause, ascending.
    let failures: [(clause: Int32, error: EvaluationError)]
    /// The clauses that are shown, ascending; nil for all.
    private let shown: [Int32]?

    /// Works out what follows from what was seen of one policy.
    init(
        _ trace: Int,
        of traces: PolicyTraces,
        _ policies: PolicyList,
        _ request: AuthorizationRequest,
        _ limits: ExplanationLimits,
        _ disclosure: ExplanationDisclosure
    ) {
        let entry = traces.entries[trace]
        place = Int(entry.place)
        policy = policies[place]
        unmetScope = entry.unmetScope
        hasHidden = entry.isConcealed
        self.request = request
        self.disclosure = disclosure
        plan = ClausePlan.of(policy.body)
        let truths = traces.truths[Int(entry.truths)..<Int(entry.truths) + plan.clauses.count]
        sights = entry.hasSights ? traces.sights[Int(entry.sights)...] : nil
        failures = traces.failures.filter { truths.indices.contains(Int($0.truth)) }.map {
            ($0.truth - entry.truths, $0.error)
        }
        let marks = ClauseMarks(plan, policy.body, truths, inScope: unmetScope.isEmpty, known: entry.known)
        self.marks = marks.marks
        shown = marks.shown(plan, limits)
        var costs: [ClauseCost] = []
        unmetClauses = marks.outcome == .holds ? 0 : ClauseCost.unmet(plan, policy.body, truths, &costs)
        switch marks.outcome {
        case _ where !unmetScope.isEmpty: outcome = .outOfScope
        case .holds: outcome = .satisfied
        // Where the scope matches it is known.
        case .fails, nil: outcome = .unsatisfied
        case .failed:
            // Of those that fail the decision reached one; there it ended.
            let (plan, reached) = (plan, marks.marks)
            let failure = failures.first { reached[Int(plan.clauses[Int($0.clause)].form)].isReached == true }
            outcome = .failed(failure?.error)
        }
    }

    /// Whether scope and conditions hold.
    public var isSatisfied: Bool {
        if case .satisfied = outcome { true } else { false }
    }

    /// The clauses of all conditions, in source order; when there are more than ``ExplanationLimits/maximumClauses``,
    /// first those that are decisive.
    public var clauses: [ExplainedClause] {
        shown?.map { clause($0) } ?? plan.clauses.indices.map { clause(Int32(truncatingIfNeeded: $0)) }
    }

    /// How many clauses there are that ``clauses`` does not show.
    public var omittedClauses: Int { shown.map { plan.clauses.count - $0.count } ?? 0 }

    /// What the scope asks for and the request does not have, the principal first.
    public var unmetConstraints: [UnmetConstraint] {
        var unmet: [UnmetConstraint] = []
        if unmetScope.contains(.principal) {
            unmet.append(
                UnmetConstraint(
                    variable: .principal,
                    actual: request.principal,
                    constraint: .entity(policy.scope.principal)
                )
            )
        }
        if unmetScope.contains(.action) {
            unmet.append(
                UnmetConstraint(variable: .action, actual: request.action, constraint: .action(policy.scope.action))
            )
        }
        if unmetScope.contains(.resource) {
            unmet.append(
                UnmetConstraint(
                    variable: .resource,
                    actual: request.resource,
                    constraint: .entity(policy.scope.resource)
                )
            )
        }
        return unmet
    }

    func clause(_ place: Int32) -> ExplainedClause {
        let clause = plan.clauses[Int(place)]
        let mark = marks[Int(clause.form)]
        let outcome: ExplainedClause.Outcome =
            switch mark.truth {
            case _ where mark.isHidden: .hidden
            case .yes: .holds
            case .no: .fails
            case .failed: failures.first { $0.clause == place }.map { .failed($0.error) } ?? .fails
            case .hidden: .hidden
            }
        let firstSight = firstSight(of: place)
        return ExplainedClause(
            node: clause.node,
            condition: Int(clause.condition),
            outcome: outcome,
            wanted: clause.wanted == [.yes] ? true : clause.wanted == [.no] ? false : nil,
            isReached: mark.isReached,
            isDecisive: mark.isDecisive,
            reads: clause.reads.range.map { index in
                let read = plan.reads[index]
                return ExplainedRead(
                    kind: read.kind,
                    node: read.node,
                    root: read.variable,
                    path: read.path,
                    sight: sight(read, firstSight.map { $0 + Int(read.look - clause.looks.start) })
                )
            }
        )
    }

    private func sight(_ read: ClausePlan.Read, _ place: Int?) -> ExplainedRead.Sight {
        guard disclosure.shows(read.variable, read.path) else { return .hidden }
        if read.look < 0 { return ExplainedRead.sight(read, in: request) }
        guard let place, let sights else { return .unread }
        return sights[place]
    }

    // Where the sights of a clause begin; nil when it is not shown.
    private func firstSight(of clause: Int32) -> Int? {
        guard let sights else { return nil }
        guard let shown else { return sights.startIndex + Int(plan.clauses[Int(clause)].looks.start) }
        var place = sights.startIndex
        for other in shown {
            if other == clause { return place }
            place += plan.clauses[Int(other)].looks.range.count
        }
        return nil
    }
}
