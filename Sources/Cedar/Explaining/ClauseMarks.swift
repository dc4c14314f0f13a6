// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What follows from how the clauses of a policy came out: the truth of each form, what the decision reached, and what
/// determined the outcome. Nothing recurses: a condition may be as deep as the parser allows.
struct ClauseMarks: Sendable {
    /// How all conditions together came out.
    enum Outcome: Sendable {
        case holds
        case fails
        case failed
    }

    /// One for each form of the plan.
    private(set) var marks: [ClauseMark] = []
    private(set) var outcome = Outcome.holds

    /// - Parameters:
    ///   - truths: How the clauses came out, in the plan's order.
    ///   - inScope: Whether the decision evaluated the conditions at all.
    init(_ plan: ClausePlan, _ policy: PolicyBody, _ truths: ArraySlice<ClauseMark.Truth>, inScope: Bool) {
        marks.reserveCapacity(plan.forms.count)
        // Forms stand behind their parts.
        for form in plan.forms {
            marks.append(ClauseMark(form.truth(plan, truths) { marks[Int($0)].truth }))
        }
        markConditions(plan, policy, inScope)
        // And before what they are part of.
        for form in plan.forms.indices.reversed() {
            if marks[form].isReached { markReached(plan.forms[form], plan) }
            if marks[form].isDecisive { markDecisive(plan.forms[form], marks[form].truth, plan) }
        }
    }

    private func truth(_ form: Int32) -> ClauseMark.Truth { marks[Int(form)].truth }

    // The conditions in order, up to the one that does not hold.
    private mutating func markConditions(_ plan: ClausePlan, _ policy: PolicyBody, _ inScope: Bool) {
        var decisive = plan.conditions[...]
        for (place, form) in plan.conditions.enumerated() {
            marks[Int(form)].isReached = inScope
            let truth = truth(form)
            if truth == .failed {
                outcome = .failed
                // Had one before it not held, this one would not have been evaluated.
                decisive = plan.conditions[...place]
                break
            }
            if truth != ClauseMark.Truth(policy.conditions[place].kind == .when) {
                outcome = .fails
                decisive = plan.conditions[place...place]
                break
            }
        }
        for form in decisive { marks[Int(form)].isDecisive = true }
    }

    // What Cedar evaluates to know the truth of a form, with its short circuits.
    private mutating func markReached(_ form: ClauseForm, _ plan: ClausePlan) {
        switch form {
        case .clause: break
        case .not(let inner): marks[Int(inner)].isReached = true
        case .all(let parts): markReached(parts, while: .yes, plan)
        case .any(let parts): markReached(parts, while: .no, plan)
        case .choose(let condition, let consequence, let alternative):
            marks[Int(condition)].isReached = true
            if truth(condition) == .yes { marks[Int(consequence)].isReached = true }
            if truth(condition) == .no { marks[Int(alternative)].isReached = true }
        }
    }

    private mutating func markReached(_ parts: OperandRange, while unanimous: ClauseMark.Truth, _ plan: ClausePlan) {
        for part in plan.parts[parts.range] {
            marks[Int(part)].isReached = true
            if truth(part) != unanimous { return }
        }
    }

    // From a form that determines the outcome to the parts that determine it.
    private mutating func markDecisive(_ form: ClauseForm, _ truth: ClauseMark.Truth, _ plan: ClausePlan) {
        switch form {
        case .clause: break
        case .not(let inner): marks[Int(inner)].isDecisive = true
        case .all(let parts): markDecisive(parts, truth, unanimous: .yes, plan)
        case .any(let parts): markDecisive(parts, truth, unanimous: .no, plan)
        case .choose(let condition, let consequence, let alternative):
            marks[Int(condition)].isDecisive = true
            if self.truth(condition) == .yes { marks[Int(consequence)].isDecisive = true }
            if self.truth(condition) == .no { marks[Int(alternative)].isDecisive = true }
        }
    }

    // All parts when they had to agree; else the first one that did not. When that one fails also those before it, which
    // let the evaluation come to it.
    private mutating func markDecisive(
        _ parts: OperandRange,
        _ truth: ClauseMark.Truth,
        unanimous: ClauseMark.Truth,
        _ plan: ClausePlan
    ) {
        for part in plan.parts[parts.range] {
            let isFirst = self.truth(part) != unanimous
            if isFirst || truth == unanimous || truth == .failed { marks[Int(part)].isDecisive = true }
            if isFirst { return }
        }
    }

    /// The clauses that are shown, ascending, first those that are decisive; nil for all.
    func shown(_ plan: ClausePlan, _ limits: ExplanationLimits) -> [Int32]? {
        guard plan.clauses.count > limits.maximumClauses else { return nil }
        var shown: [Int32] = []
        for decisive in [true, false] {
            for index in plan.clauses.indices where shown.count < limits.maximumClauses {
                if marks[Int(plan.clauses[index].form)].isDecisive == decisive {
                    shown.append(Int32(truncatingIfNeeded: index))
                }
            }
        }
        return shown.sorted()
    }
}
