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
        for clause in plan.clauses.indices {
            let looks = plan.clauses[clause].looks
            if plan.clauses[clause].beginsWithLook {
                askWithLook(plan, clause, entities)
                for look in looks.range.dropFirst() { self.look(plan.looks[look], entities) }
            } else {
                ask(plan, clause, entities)
                for look in looks.range { self.look(plan.looks[look], entities) }
            }
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
        for clause in plan.clauses.indices { ask(plan, clause, entities) }
        let marks = ClauseMarks(plan, policy, traces.truths[first...], inScope: unmet.isEmpty)
        for clause in marks.shown(plan, limits) ?? [] {
            for look in plan.clauses[Int(clause)].looks.range { self.look(plan.looks[look], entities) }
        }
    }

    private mutating func ask(_ plan: ClausePlan, _ clause: Int, after done: Int = 0, _ entities: some EntityLookup) {
        do throws(EvaluationError) {
            try evaluation.run(root: Int(plan.clauses[clause].root), after: done, entities)
            if case .bool(let truth) = evaluation.top { return traces.note(truth) }
            // `&&`, `||`, `!`, `if` and the condition itself all demand a Bool.
            throw EvaluationError(
                .kind(expected: [.bool], found: evaluation.top.kind),
                at: plan.body.expression[span: plan.clauses[clause].demanding],
                0
            )
        } catch {
            traces.note(error)
        }
    }

    // The value that a clause begins with is read once for both.
    private mutating func askWithLook(_ plan: ClausePlan, _ clause: Int, _ entities: some EntityLookup) {
        do throws(EvaluationError) {
            try evaluation.run(root: Int(plan.looks[plan.clauses[clause].looks.range.lowerBound].root), entities)
            traces.note(.value(evaluation.top))
        } catch {
            traces.note(Self.sight(error))
            return traces.note(error)
        }
        ask(plan, clause, after: 1, entities)
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
