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
    /// question (invariant 4).
    ///
    /// - Parameter again: The newest hearing, begun by the first question that needs it.
    func standing(
        of open: OpenQuestion,
        _ again: inout Hearing?
    ) -> AnswerStanding {
        let (before, found) = (open.hearing, open.resource)
        if again == nil || again?.credential != open.question.pointCredential {
            switch hear(before.point.id, with: open.question.pointCredential) {
            case .failure(let refusal): return .refused(refusal)
            case .success(let new): again = new
            }
        }
        guard let now = again else { return .changed }
        // All that can change without the view is what time has ended.
        if now.view === before.view { return found.isRegistered(at: now.now) ? .good : .refused(Hearing.expired) }
        switch now.find(open.question) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let resource):
            guard case .success(let caller) = open.caller, now.rests(onTheSameAs: before),
                resource.api.object.id == found.api.object.id, resource.api.rev == found.api.rev,
                case .success(let admission) = admission(of: open.question, open.presentation, now),
                admission.subject.identity.rev == caller.subject.identity.rev,
                admission.subject.identity.object.id == caller.subject.identity.object.id,
                verifier.refusal(of: caller.subject, now.view, at: now.now) == nil
            else { return .changed }
            return .good
        }
    }
}

extension Hearing {
    /// Whether the policies and the enforcement point are the same in another view.
    fileprivate func rests(onTheSameAs other: Hearing) -> Bool {
        view.state.activePolicies == other.view.state.activePolicies
            && view.state.shadowPolicies == other.view.state.shadowPolicies
            && view.state.enforcementPoints[point.id]?.rev == other.view.state.enforcementPoints[point.id]?.rev
    }
}
