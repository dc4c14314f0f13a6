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
    /// Nil when it depends on something hidden.
    private(set) var outcome: Outcome?

    /// - Parameters:
    ///   - truths: How the clauses came out, in the plan's order.
    ///   - inScope: Whether the decision evaluated the conditions at all.
    ///   - known: How the conditions came out, where some of the truths are hidden and this is not.
    init(
        _ plan: ClausePlan,
        _ policy: PolicyBody,
        _ truths: ArraySlice<ClauseMark.Truth>,
        inScope: Bool,
        known: Outcome? = nil
    ) {
        marks.reserveCapacity(plan.forms.count)
        // Forms stand behind their parts.
        for form in plan.forms {
            marks.append(ClauseMark(form.truth(plan, truths) { marks[Int($0)].truth }))
        }
        if let known { settle(known, plan, policy) }
        outcome = known ?? outcome(plan, policy)
        markConditions(plan, policy, inScope)
        // And before what they are part of.
        for form in plan.forms.indices.reversed() {
            if marks[form].isReached != false { markReached(plan.forms[form], marks[form].isReached, plan) }
            if marks[form].isDecisive != false { markDecisive(form, plan) }
        }
    }

    private func truth(_ form: Int32) -> ClauseMark.Truth { marks[Int(form)].truth }

    // From how the conditions came out to the parts that it leaves only one truth.
    private mutating func settle(_ outcome: Outcome, _ plan: ClausePlan, _ policy: PolicyBody) {
        for (place, form) in plan.conditions.enumerated() {
            let wanted = policy.conditions[place].kind == .when
            switch outcome {
            case .holds: marks[Int(form)].settle(ClauseMark.Truth(wanted))
            case .fails where plan.conditions.count == 1: marks[Int(form)].settle(ClauseMark.Truth(!wanted))
            case .failed where plan.conditions.count == 1: marks[Int(form)].settle(.failed)
            default: break
            }
        }
        for form in plan.forms.indices.reversed() {
            let truth = marks[form].truth
            switch plan.forms[form] {
            case .not(let inner): marks[Int(inner)].settle(truth.negated)
            case .all(let parts) where truth == .yes, .any(let parts) where truth == .no:
                for part in plan.parts[parts.range] { marks[Int(part)].settle(truth) }
            default: break
            }
        }
    }

    // By the first condition that does not hold.
    private func outcome(_ plan: ClausePlan, _ policy: PolicyBody) -> Outcome? {
        for (place, form) in plan.conditions.enumerated() {
            switch truth(form) {
            case .hidden: return nil
            case .failed: return .failed
            case let truth:
                if truth != ClauseMark.Truth(policy.conditions[place].kind == .when) { return .fails }
            }
        }
        return .holds
    }

    // The conditions in order, up to the one that does not hold.
    private mutating func markConditions(_ plan: ClausePlan, _ policy: PolicyBody, _ inScope: Bool) {
        var reached: Bool? = inScope
        var decisive: Bool? = true
        for (place, form) in plan.conditions.enumerated() {
            marks[Int(form)].isReached = reached
            let truth = truth(form)
            if truth == .hidden {
                marks[Int(form)].isDecisive = nil
                decisive = nil
                if inScope { reached = nil }
            } else if truth == ClauseMark.Truth(policy.conditions[place].kind == .when) {
                // Had one before it not held, the one that fails would not have been evaluated.
                let counts: Bool? = outcome.map { $0 != .fails }
                marks[Int(form)].isDecisive = counts == true ? decisive : counts
            } else {
                marks[Int(form)].isDecisive = decisive
                return
            }
        }
    }

    // What Cedar evaluates to know the truth of a form, with its short circuits.
    private mutating func markReached(_ form: ClauseForm, _ reached: Bool?, _ plan: ClausePlan) {
        switch form {
        case .clause: break
        case .not(let inner): marks[Int(inner)].isReached = reached
        case .all(let parts): markReached(parts, while: .yes, reached, plan)
        case .any(let parts): markReached(parts, while: .no, reached, plan)
        case .choose(let condition, let consequence, let alternative):
            marks[Int(condition)].isReached = reached
            switch truth(condition) {
            case .yes: marks[Int(consequence)].isReached = reached
            case .no: marks[Int(alternative)].isReached = reached
            case .failed: break
            case .hidden: (marks[Int(consequence)].isReached, marks[Int(alternative)].isReached) = (nil, nil)
            }
        }
    }

    private mutating func markReached(
        _ parts: OperandRange,
        while unanimous: ClauseMark.Truth,
        _ reached: Bool?,
        _ plan: ClausePlan
    ) {
        var reached = reached
        for part in plan.parts[parts.range] {
            marks[Int(part)].isReached = reached
            if truth(part) == .hidden {
                reached = nil
            } else if truth(part) != unanimous {
                return
            }
        }
    }

    // From a form that determines the outcome to the parts that determine it.
    private mutating func markDecisive(_ form: Int, _ plan: ClausePlan) {
        let (truth, decisive) = (marks[form].truth, marks[form].isDecisive)
        switch plan.forms[form] {
        case .clause: break
        case .not(let inner): marks[Int(inner)].isDecisive = decisive
        case .all(let parts): markDecisive(parts, truth, decisive, unanimous: .yes, plan)
        case .any(let parts): markDecisive(parts, truth, decisive, unanimous: .no, plan)
        case .choose(let condition, let consequence, let alternative):
            marks[Int(condition)].isDecisive = decisive
            switch self.truth(condition) {
            case .yes: marks[Int(consequence)].isDecisive = decisive
            case .no: marks[Int(alternative)].isDecisive = decisive
            case .failed: break
            case .hidden: (marks[Int(consequence)].isDecisive, marks[Int(alternative)].isDecisive) = (nil, nil)
            }
        }
    }

    // All parts when they had to agree; else the first one that did not. When that one fails also those before it, which
    // let the evaluation come to it.
    private mutating func markDecisive(
        _ parts: OperandRange,
        _ truth: ClauseMark.Truth,
        _ decisive: Bool?,
        unanimous: ClauseMark.Truth,
        _ plan: ClausePlan
    ) {
        var decisive = decisive
        for part in plan.parts[parts.range] {
            let own = self.truth(part)
            if own == .hidden {
                marks[Int(part)].isDecisive = nil
                decisive = nil
            } else if own != unanimous {
                marks[Int(part)].isDecisive = decisive
                return
            } else if truth == unanimous || truth == .failed {
                marks[Int(part)].isDecisive = decisive
            } else if truth == .hidden {
                marks[Int(part)].isDecisive = nil
            }
        }
    }

    /// The clauses that are shown, ascending, first those that are decisive; nil for all.
    func shown(_ plan: ClausePlan, _ limits: ExplanationLimits) -> [Int32]? {
        guard plan.clauses.count > limits.maximumClauses else { return nil }
        var shown: [Int32] = []
        for decisive in [true, false] {
            for index in plan.clauses.indices where shown.count < limits.maximumClauses {
                if (marks[Int(plan.clauses[index].form)].isDecisive != false) == decisive {
                    shown.append(Int32(truncatingIfNeeded: index))
                }
            }
        }
        return shown.sorted()
    }
}
