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
        case failed(EvaluationError)
        /// The scope does not match: the conditions were not evaluated. What is said of them is what they would give.
        case outOfScope
    }

    /// Its place in ``PolicySet/policies``.
    public let place: Int
    /// The policy.
    public let policy: Policy
    /// What became of it.
    public internal(set) var outcome = Outcome.outOfScope
    /// The parts of the scope that the request does not meet.
    public let unmetScope: ScopeParts
    /// How many clauses at least would have to come out otherwise for the conditions to hold.
    public internal(set) var unmetClauses = 0

    let request: AuthorizationRequest
    let plan: ClausePlan
    /// One for each form of the plan.
    var marks: [ClauseMark]
    /// What was seen, one for each read of the plan.
    var sights: [ExplainedRead.Sight] = []
    /// What failed, with the place of its clause, ascending.
    var failures: [(clause: Int32, error: EvaluationError)] = []
    /// The clauses that are shown, ascending; nil for all.
    var shown: [Int32]?

    init(_ policy: Policy, at place: Int, unmet: ScopeParts, _ request: AuthorizationRequest) {
        self.policy = policy
        self.place = place
        unmetScope = unmet
        self.request = request
        plan = ClausePlan.of(policy.body)
        marks = Array(repeating: ClauseMark(), count: plan.forms.count)
    }

    /// Whether scope and conditions hold.
    public var isSatisfied: Bool {
        if case .satisfied = outcome { true } else { false }
    }

    /// So many facts at least would have to change for it to be satisfied: clauses may share one.
    var leastFacts: Int { unmetScope.count + min(1, unmetClauses) }

    /// The clauses of all conditions, in source order; when there are more than ``ExplanationLimits/maximumClauses``,
    /// first those that are decisive.
    public var clauses: [ExplainedClause] {
        let shown = self.shown ?? plan.clauses.indices.map { Int32(truncatingIfNeeded: $0) }
        var clauses: [ExplainedClause] = []
        clauses.reserveCapacity(shown.count)
        for place in shown { clauses.append(clause(place)) }
        return clauses
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
            case .yes: .holds
            case .no: .fails
            case .failed: failure(of: place).map { .failed($0) } ?? .unknown
            case .unknown: .unknown
            }
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
                    sight: index < sights.count ? sights[index] : .unread
                )
            }
        )
    }

    private func failure(of clause: Int32) -> EvaluationError? {
        failures.first { $0.clause == clause }?.error
    }
}
