// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Asks the clauses of policies and notes what it sees.
///
/// One tracer serves all policies of an explanation, so that what it works with is allocated once. All clauses are
/// asked, also those that the decision did not come to: what they would have been is part of the answer.
struct ClauseTracer {
    var evaluation: Evaluation
    let limits: ExplanationLimits
    private(set) var traces = PolicyTraces()

    init(_ evaluation: consuming Evaluation, _ limits: ExplanationLimits) {
        self.evaluation = evaluation
        self.limits = limits
    }

    /// Makes room for what is seen of so many policies.
    mutating func reserve(_ policies: Int) { traces.reserve(policies) }

    /// Looks into one policy.
    mutating func trace(
        _ place: Int,
        unmet: ScopeParts,
        _ policies: borrowing PolicyList,
        _ entities: some EntityLookup
    ) {
        let policy = policies.body(at: place)
        let plan = ClausePlan.of(policy)
        traces.begin(place, unmet)
        evaluation.body = plan.body
        guard plan.clauses.count <= limits.maximumClauses else { return traceLarge(policy, plan, unmet, entities) }
        // In hand, so that their references are not counted for each clause.
        let (clauses, looks) = (plan.clauses, plan.looks)
        for place in clauses.indices {
            let clause = clauses[place]
            var pending = clause.looks.range
            if clause.beginsWithLook {
                askWithLook(clause, looks[pending.lowerBound], entities)
                pending.removeFirst()
            } else {
                ask(clause, entities)
            }
            for look in pending { self.look(looks[look], entities) }
        }
    }

    // Values only of the clauses that are shown: which those are follows from how all came out.
    private mutating func traceLarge(
        _ policy: PolicyBody,
        _ plan: ClausePlan,
        _ unmet: ScopeParts,
        _ entities: some EntityLookup
    ) {
        let first = traces.truths.count
        for clause in plan.clauses { ask(clause, entities) }
        let marks = ClauseMarks(plan, policy, traces.truths[first...], inScope: unmet.isEmpty)
        for clause in marks.shown(plan, limits) ?? [] {
            for look in plan.clauses[Int(clause)].looks.range { self.look(plan.looks[look], entities) }
        }
    }

    private mutating func ask(_ clause: ClausePlan.Clause, after done: Int = 0, _ entities: some EntityLookup) {
        do throws(EvaluationError) {
            try evaluation.run(root: Int(clause.root), after: done, entities)
            if case .bool(let truth) = evaluation.top { return traces.note(truth) }
            // `&&`, `||`, `!`, `if` and the condition itself all demand a Bool.
            throw EvaluationError(
                .kind(expected: [.bool], found: evaluation.top.kind),
                at: evaluation.body.expression[span: clause.demanding],
                0
            )
        } catch {
            traces.note(error)
        }
    }

    // The value that a clause begins with is read once for both.
    private mutating func askWithLook(
        _ clause: ClausePlan.Clause,
        _ look: ClausePlan.Look,
        _ entities: some EntityLookup
    ) {
        do throws(EvaluationError) {
            try evaluation.run(root: Int(look.root), entities)
            traces.note(.value(evaluation.top))
        } catch {
            traces.note(Self.sight(error))
            return traces.note(error)
        }
        ask(clause, after: 1, entities)
    }

    private mutating func look(_ look: ClausePlan.Look, _ entities: some EntityLookup) {
        do throws(EvaluationError) {
            try evaluation.run(root: Int(look.root), entities)
            traces.note(look.isPresence ? evaluation.top == .bool(true) ? .present : .missing : .value(evaluation.top))
        } catch {
            traces.note(Self.sight(error))
        }
    }

    private static func sight(_ error: EvaluationError) -> ExplainedRead.Sight {
        switch error.reason {
        case .missingAttribute, .missingEntity, .missingTag: .missing
        default: .failed(error)
        }
    }
}
