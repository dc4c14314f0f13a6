// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import TrustStore

extension Engine {
    /// Turns what the policies say into what the enforcement point has to do; limits are met here.
    func settle(
        _ judgement: Judgement,
        _ policies: ObjectID,
        _ draft: inout DecisionRecord,
        _ extra: inout DecisionDraft
    ) {
        draft.determining = judgement.determining
        draft.failures = judgement.failures
        switch judgement.verdict {
        case .permitted:
            draft.outcome = .allow
            draft.reason = "permitted"
            extra.message = "permitted"
        case .forbidden:
            draft.reason = "forbidden"
            extra.message = "a policy forbids this call"
        case .notPermitted:
            draft.reason = "not_permitted"
            extra.message = "no policy permits this call"
        case .failed:
            draft.reason = "policy_failed"
            extra.message = "a policy that may forbid this call could not be evaluated"
        case .remediable(let offers):
            extra.remedies = offers.map(\.remedy)
            draft.remedies = offers.map(\.remedy.description)
            let costs = offers.map(\.remedy.cost)
            if costs.contains(1) {
                draft.outcome = .challenge
                draft.reason = "challenge_required"
                extra.message = "the caller has to prove more"
            } else if costs.contains(2) {
                draft.outcome = .approve
                draft.reason = "approval_required"
                extra.message = "the call has to be approved"
            } else {
                take(offers, policies, &draft, &extra)
            }
        }
    }

    private func take(
        _ offers: [Judgement.RemedyOffer],
        _ policies: ObjectID,
        _ draft: inout DecisionRecord,
        _ extra: inout DecisionDraft
    ) {
        guard let identity = draft.identity else { return }
        let wanted = offers.compactMap { offer -> RateLimits.Wanted? in
            guard case .limit(let count, let window) = offer.remedy.kind else { return nil }
            let limit = "\(offer.policy) \(offer.remedy.description)"
            return RateLimits.Wanted(
                key: RateLimits.Key(policies: policies, limit: limit, identity: identity),
                count: count,
                window: window
            )
        }
        switch limits.take(wanted, at: draft.at) {
        case .taken(let remaining):
            draft.outcome = .limit
            draft.reason = "permitted"
            draft.met = draft.remedies
            extra.message = "permitted within a limit"
            extra.remaining = remaining
        case .empty(let retryAfter):
            draft.reason = "limit_exceeded"
            extra.message = "a limit is used up"
            extra.retryAfter = retryAfter
        }
    }
}
