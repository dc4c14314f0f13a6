// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// What the policies would have said of one request had those in shadow mode been enforced. Pure, as ``Judgement``.
enum ShadowJudgement {
    /// The other judgement; nil when the policies in shadow mode make no difference.
    ///
    /// - Parameter enforced: What was judged without them.
    static func of(
        _ policies: CompiledPolicies,
        _ world: RequestWorld,
        context: Cedar.Record,
        met: Set<String>,
        beside enforced: Judgement
    ) -> Judgement? {
        guard let shadow = policies.shadow else { return nil }
        let request = AuthorizationRequest(
            principal: world.principal,
            action: world.action,
            resource: world.operation,
            context: context
        )
        // Most requests are about none of them: those cost no second judgement.
        guard !shadow.alone.candidates(for: request, entities: world).isEmpty else { return nil }
        let other = Judgement(shadow.whole, world, context: context, met: met)
        let isSame =
            other.verdict == enforced.verdict && other.determining == enforced.determining
            && other.failed == enforced.failed
        return isSame ? nil : other
    }
}

extension Judgement {
    /// The outcome and reason that it leads to while no bucket is empty.
    var answer: (outcome: Decision.Outcome, reason: String) {
        switch verdict {
        case .permitted: (.allow, "permitted")
        case .forbidden: (.deny, "forbidden")
        case .notPermitted: (.deny, "not_permitted")
        case .failed: (.deny, "policy_failed")
        case .invalid: (.deny, "request_invalid")
        case .remediable(let offers):
            if offers.contains(where: { $0.remedy.cost == 1 }) {
                (.challenge, "challenge_required")
            } else if offers.contains(where: { $0.remedy.cost == 2 }) {
                (.approve, "approval_required")
            } else {
                (.limit, "permitted")
            }
        }
    }

    /// The remedies that it asks for, cheapest first.
    var offers: [RemedyOffer] {
        if case .remediable(let offers) = verdict { offers } else { [] }
    }
}
