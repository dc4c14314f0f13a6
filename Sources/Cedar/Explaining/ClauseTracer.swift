// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Goes through the conditions of policies as the decision did and notes what it sees.
///
/// One tracer serves all policies of an explanation, so that what it works with is allocated once. Nothing recurses:
/// a condition may be as deep as the parser allows.
struct ClauseTracer {
    var evaluation: Evaluation
    let limits: ExplanationLimits
    private var walk: [(form: Int32, next: Int32)] = []
    private var costs: [ClauseCost] = []

    init(_ evaluation: Evaluation, _ limits: ExplanationLimits) {
        self.evaluation = evaluation
        self.limits = limits
    }

    /// What a policy says to the request, with the values it read.
    mutating func explain(
        _ policy: Policy,
        at place: Int,
        unmet: ScopeParts,
        _ entities: some EntityLookup
    ) -> PolicyExplanation {
        var explanation = trace(policy, at: place, unmet: unmet, entities)
        look(&explanation, entities)
        return explanation
    }

    /// What a policy says to the request, without the values: they cost as much again, and of what is only ranked
    /// nobody sees them.
    mutating func trace(
        _ policy: Policy,
        at place: Int,
        unmet: ScopeParts,
        _ entities: some EntityLookup
    ) -> PolicyExplanation {
        var explanation = PolicyExplanation(policy, at: place, unmet: unmet, evaluation.request)
        evaluation.body = explanation.plan.body
        let decisive = reach(&explanation, entities)
        lookBeyond(&explanation, entities)
        markDecisive(decisive, &explanation)
        choose(&explanation)
        count(&explanation)
        return explanation
    }

    /// The value of a root of the policy's plan.
    mutating func value(
        _ root: Int32,
        of explanation: PolicyExplanation,
        _ entities: some EntityLookup
    ) throws(EvaluationError) -> Value {
        evaluation.body = explanation.plan.body
        return try evaluation.value(at: Int(root), entities)
    }

    // The conditions in order, up to the one that does not hold. Gives the forms that determine the outcome.
    private mutating func reach(_ explanation: inout PolicyExplanation, _ entities: some EntityLookup) -> [Int32] {
        let inScope = explanation.unmetScope.isEmpty
        let forms = explanation.plan.conditions
        for (index, (condition, form)) in zip(explanation.policy.conditions, forms).enumerated() {
            let truth = evaluate(form, &explanation, reached: inScope, entities)
            if truth == .failed {
                if inScope {
                    explanation.outcome = explanation.failures.last.map { .failed($0.error) } ?? .unsatisfied
                }
                // Had one before it not held, this one would not have been evaluated.
                return Array(forms[...index])
            }
            if truth != ClauseMark.Truth(condition.kind == .when) {
                if inScope { explanation.outcome = .unsatisfied }
                return [form]
            }
        }
        if inScope { explanation.outcome = .satisfied }
        return forms
    }

    // One form, in Cedar's order and with its short circuits.
    private mutating func evaluate(
        _ root: Int32,
        _ explanation: inout PolicyExplanation,
        reached: Bool,
        _ entities: some EntityLookup
    ) -> ClauseMark.Truth {
        let plan = explanation.plan
        var result = ClauseMark.Truth.unknown
        walk.removeAll(keepingCapacity: true)
        walk.append((root, 0))
        while let (form, next) = walk.last {
            var part: Int32?
            switch plan.forms[Int(form)] {
            case .clause(let clause): result = evaluate(clause: clause, &explanation, entities)
            case .not(let inner):
                if next == 0 { part = inner } else { result = result.negated }
            case .all(let parts):
                if next == 0 || result == .yes && Int(next) < parts.range.count {
                    part = plan.parts[parts.range.lowerBound + Int(next)]
                }
            case .any(let parts):
                if next == 0 || result == .no && Int(next) < parts.range.count {
                    part = plan.parts[parts.range.lowerBound + Int(next)]
                }
            case .choose(let condition, let consequence, let alternative):
                if next == 0 {
                    part = condition
                } else if next == 1, result != .failed {
                    part = result == .yes ? consequence : alternative
                }
            }
            if let part {
                walk[walk.count - 1].next += 1
                walk.append((part, 0))
            } else {
                explanation.marks[Int(form)].truth = result
                explanation.marks[Int(form)].isReached = reached
                walk.removeLast()
            }
        }
        return result
    }

    private mutating func evaluate(
        clause: Int32,
        _ explanation: inout PolicyExplanation,
        _ entities: some EntityLookup
    ) -> ClauseMark.Truth {
        let clauseOfPlan = explanation.plan.clauses[Int(clause)]
        do throws(EvaluationError) {
            let value = try evaluation.value(at: Int(clauseOfPlan.root), entities)
            if case .bool(let truth) = value { return ClauseMark.Truth(truth) }
            // `&&`, `||`, `!`, `if` and the condition itself all demand a Bool.
            throw EvaluationError(
                .kind(expected: [.bool], found: value.kind),
                at: evaluation.body.expression[span: clauseOfPlan.demanding],
                0
            )
        } catch {
            explanation.failures.append((clause, error))
            return .failed
        }
    }

    // What the decision did not evaluate: what it would have been.
    private mutating func lookBeyond(_ explanation: inout PolicyExplanation, _ entities: some EntityLookup) {
        let plan = explanation.plan
        var budget = limits.maximumClauses
        // Forms stand behind their parts, so one pass gives the compound ones, too.
        for form in plan.forms.indices where explanation.marks[form].truth == .unknown {
            if case .clause(let clause) = plan.forms[form] {
                guard budget > 0 else { continue }
                budget -= 1
                explanation.marks[form].truth = evaluate(clause: clause, &explanation, entities)
            } else {
                explanation.marks[form].truth = combined(plan.forms[form], explanation)
            }
        }
        explanation.failures.sort { $0.clause < $1.clause }
    }

    private func combined(_ form: ClauseForm, _ explanation: PolicyExplanation) -> ClauseMark.Truth {
        func truth(_ form: Int32) -> ClauseMark.Truth { explanation.marks[Int(form)].truth }
        switch form {
        case .clause: return .unknown
        case .not(let inner): return truth(inner).negated
        case .all(let parts):
            for part in explanation.plan.parts[parts.range] where truth(part) != .yes { return truth(part) }
            return .yes
        case .any(let parts):
            for part in explanation.plan.parts[parts.range] where truth(part) != .no { return truth(part) }
            return .no
        case .choose(let condition, let consequence, let alternative):
            switch truth(condition) {
            case .yes: return truth(consequence)
            case .no: return truth(alternative)
            case .unknown, .failed: return truth(condition)
            }
        }
    }

    // From the forms that determine the outcome down to the clauses that determine those.
    private func markDecisive(_ forms: [Int32], _ explanation: inout PolicyExplanation) {
        let plan = explanation.plan
        var pending = forms
        while let form = pending.popLast() {
            explanation.marks[Int(form)].isDecisive = true
            let truth = explanation.marks[Int(form)].truth
            switch plan.forms[Int(form)] {
            case .clause: break
            case .not(let inner): pending.append(inner)
            case .all(let parts): pending += determining(parts, truth, unanimous: .yes, explanation)
            case .any(let parts): pending += determining(parts, truth, unanimous: .no, explanation)
            case .choose(let condition, let consequence, let alternative):
                pending.append(condition)
                switch explanation.marks[Int(condition)].truth {
                case .yes: pending.append(consequence)
                case .no: pending.append(alternative)
                case .unknown, .failed: break
                }
            }
        }
    }

    // All parts when they had to agree; else the first one that did not. When that one fails also those before it, which
    // let the evaluation come to it.
    private func determining(
        _ parts: OperandRange,
        _ truth: ClauseMark.Truth,
        unanimous: ClauseMark.Truth,
        _ explanation: PolicyExplanation
    ) -> ArraySlice<Int32> {
        let parts = explanation.plan.parts[parts.range]
        if truth == unanimous { return parts }
        let first = parts.firstIndex { explanation.marks[Int($0)].truth != unanimous }
        guard let first else { return [] }
        return truth == .failed ? parts[...first] : parts[first...first]
    }

    // Which clauses are shown: all, unless there are too many.
    private func choose(_ explanation: inout PolicyExplanation) {
        let plan = explanation.plan
        guard plan.clauses.count > limits.maximumClauses else { return }
        var shown: [Int32] = []
        for decisive in [true, false] {
            for index in plan.clauses.indices where shown.count < limits.maximumClauses {
                if explanation.marks[Int(plan.clauses[index].form)].isDecisive == decisive {
                    shown.append(Int32(truncatingIfNeeded: index))
                }
            }
        }
        explanation.shown = shown.sorted()
    }

    /// Looks at what the shown clauses read.
    mutating func look(_ explanation: inout PolicyExplanation, _ entities: some EntityLookup) {
        let plan = explanation.plan
        evaluation.body = plan.body
        explanation.sights = Array(repeating: .unread, count: plan.reads.count)
        if let shown = explanation.shown {
            for clause in shown {
                for read in plan.clauses[Int(clause)].reads.range {
                    explanation.sights[read] = sight(plan.reads[read], entities)
                }
            }
        } else {
            for read in plan.reads.indices { explanation.sights[read] = sight(plan.reads[read], entities) }
        }
    }

    private mutating func sight(_ read: ClausePlan.Read, _ entities: some EntityLookup) -> ExplainedRead.Sight {
        do throws(EvaluationError) {
            let value = try evaluation.value(at: Int(read.root), entities)
            switch read.kind {
            case .value, .tag: return .value(value)
            case .presence, .tagPresence: return value == .bool(true) ? .present : .missing
            }
        } catch {
            switch error.code {
            case .missingAttribute, .missingEntity, .missingTag: return .missing
            default: return .failed(error)
            }
        }
    }

    // How little is missing.
    private mutating func count(_ explanation: inout PolicyExplanation) {
        guard !explanation.isSatisfied else { return }
        ClauseCost.fill(&costs, explanation.plan, explanation.marks)
        var unmet = 0
        for (condition, form) in zip(explanation.policy.conditions, explanation.plan.conditions) {
            unmet += Int(costs[Int(form)][condition.kind == .when])
        }
        explanation.unmetClauses = unmet
    }
}
