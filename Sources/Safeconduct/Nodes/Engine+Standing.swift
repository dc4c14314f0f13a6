// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// Whether a decision may still be answered once its leaf is durable.
enum AnswerStanding {
    /// Nothing that it rests on has changed.
    case good
    /// Something has: it has to be decided again.
    case changed
    /// This node may not answer now.
    case refused(QuestionRefusal)
}

extension Engine {
    /// How often a question is decided before the node gives up on a state that changes faster than it can record.
    static var attempts: Int { 3 }

    static var restless: QuestionRefusal {
        QuestionRefusal("state_stale", "what decides changes faster than decisions can be recorded; ask again")
    }

    /// Asks once more what an answer rests on: a cut, a hold or another policy counts from its commit, not from the next
    /// question (invariant 4). A denial needs no asking: at worst it comes late.
    func standing(
        of answer: Result<Decision, QuestionRefusal>,
        to question: Question,
        _ presented: Result<PresentedToken, SubjectRefusal>?,
        _ asked: AskedQuestion,
        _ subject: Subject
    ) async -> AnswerStanding {
        guard case .success(let decision) = answer, decision.outcome.permits else { return .good }
        await freshen()
        switch ask(question, by: asked.point.id) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let again):
            if again.view === asked.view { return .good }
            guard again.rests(onTheSameAs: asked),
                case .success(let admission) = admission(of: question, presented, again),
                admission.subject.identity.rev == subject.identity.rev,
                admission.subject.identity.object.id == subject.identity.object.id,
                verifier.refusal(of: subject, again.view, at: again.now) == nil
            else { return .changed }
            return .good
        }
    }
}

extension AskedQuestion {
    /// Whether everything but the subject that a decision reads from the state is the same in another view.
    fileprivate func rests(onTheSameAs other: AskedQuestion) -> Bool {
        let (state, before) = (view.state, other.view.state)
        return state.activePolicies == before.activePolicies
            && state.enforcementPoints[point.id]?.rev == before.enforcementPoints[point.id]?.rev
            && resource.api.object.id == other.resource.api.object.id && resource.api.rev == other.resource.api.rev
    }
}
