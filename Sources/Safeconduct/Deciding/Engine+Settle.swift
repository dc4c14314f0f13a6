// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

extension Engine {
    /// Turns what the policies say into what the enforcement point has to do; limits are met here.
    ///
    /// - Parameters:
    ///   - judged: What they say, and would say with more of them enforced.
    ///   - seen: The request attributes that policies see, which are recorded.
    ///   - supplied: All request attributes, those that no policy sees included.
    func settle(
        _ judged: JudgedCall,
        _ policies: CompiledPolicies,
        seen: JSONObject,
        supplied: JSONObject,
        _ draft: inout DecisionRecord,
        _ extra: inout DecisionDraft
    ) {
        let (judgement, shadow) = (judged.enforced, judged.shadow)
        draft.determining = judgement.determining
        draft.failures = judgement.failures
        extra.failed = judgement.failed + (shadow?.failed.filter { !judgement.failed.contains($0) } ?? [])
        (draft.facts.shadow, draft.facts.shadowSet) = judged.shadowFacts
        extra.shadowSet = judged.shadowSet.map { ShadowSetAnswer($0, beside: judgement) }
        (draft.outcome, draft.reason) = judgement.answer
        extra.remedies = judgement.offers.map(\.remedy)
        draft.remedies = extra.remedies.map(\.description)
        switch draft.outcome {
        case .limit:
            // Each call with a credential spends for itself.
            if draft.act == .issue { break }
            take(judgement, policies, seen: seen, supplied: supplied, &draft, &extra)
        case .challenge, .approve:
            draft.facts.bindings = bindings(judgement, policies, supplied, draft)
        case .allow, .deny: break
        }
        draft.facts.alerts = policies.channels(of: judgement.speaking(shadow, isLetThrough: draft.outcome == .limit))
        if case .invalid(let fault) = judgement.verdict {
            extra.message = "the request is not what the policies' schema says: \(fault.description)"
        }
        if extra.message.isEmpty { extra.message = Self.sentences[draft.reason] ?? draft.reason }
    }

    private static var sentences: [String: String] {
        [
            "permitted": "permitted", "forbidden": "a policy forbids this call",
            "not_permitted": "no policy permits this call",
            "policy_failed": "a policy that may forbid this call could not be evaluated",
            "challenge_required": "the caller has to prove more", "approval_required": "the call has to be approved",
        ]
    }

    /// Takes what the limits ask for from their buckets.
    private func take(
        _ judgement: Judgement,
        _ policies: CompiledPolicies,
        seen: JSONObject,
        supplied: JSONObject,
        _ draft: inout DecisionRecord,
        _ extra: inout DecisionDraft
    ) {
        // What is denied from here on is no answer of the policies alone.
        draft.outcome = .deny
        guard let identity = draft.identity else { return }
        var wanted: [RateLimits.Wanted] = []
        var met: [DecisionFacts.MetLimit] = []
        for offer in judgement.limits {
            guard case .limit(let limit) = offer.remedy.kind else { continue }
            met.append(DecisionFacts.MetLimit(policy: offer.policy, remedy: offer.remedy.description))
            guard let quantity = limit.measure.quantity(of: seen, typedBy: policies.schema.request) else {
                draft.reason = "limit_unmeasured"
                extra.message = limit.measure.whyUnknown(seen, supplied, typedBy: policies.schema.request)
                return
            }
            let key = RateLimits.Key(offer.policy, offer.remedy.description, policies.id, identity)
            wanted.append(RateLimits.Wanted(key: key, limit: limit, quantity: quantity))
        }
        switch limits.take(wanted, at: draft.at) {
        case .taken(let quotas):
            draft.outcome = .limit
            draft.met = draft.remedies
            draft.facts.limits = met
            extra.message = "permitted within a limit"
            extra.quotas = quotas
            extra.features = Self.features(judgement.offers)
        case .empty(let retryAfter, let quotas):
            draft.reason = "limit_exceeded"
            extra.message =
                retryAfter == nil ? "this is more than a limit ever allows at once" : "a limit is used up"
            extra.retryAfter = retryAfter
            extra.quotas = quotas
        }
    }

    /// The features that all of the sets leave on.
    private static func features(_ offers: [Judgement.RemedyOffer]) -> [String]? {
        var left: [String]?
        for offer in offers {
            guard case .features(let names) = offer.remedy.kind else { continue }
            left = left?.filter(names.contains) ?? names
        }
        return left
    }

    /// What records that meet the remedies have to be about, so that an approval of one call lets no other through.
    private func bindings(
        _ judgement: Judgement,
        _ policies: CompiledPolicies,
        _ supplied: JSONObject,
        _ draft: DecisionRecord
    ) -> [DecisionFacts.Binding] {
        judgement.offers.filter { !$0.remedy.isMetHere }.map { offer in
            let names = policies.binds[offer.policy]
            let bound = names.map { names in supplied.filter { names.contains($0.key) } } ?? Array(supplied)
            let versions = policies.versions(of: judgement.determining + [offer.policy])
            return DecisionFacts.Binding(
                policy: offer.policy,
                remedy: offer.remedy.description,
                attributes: names,
                digest: sealer.digest(of: BoundCall(draft, offer.remedy, versions, bound).bytes)
            )
        }
    }
}

extension Judgement {
    /// The policies that have a say in the answer, or would have one in shadow mode; each may stand there twice.
    func speaking(_ shadow: Judgement?, isLetThrough: Bool) -> [String] {
        determining + (isLetThrough ? permitting : []) + (shadow?.determining ?? [])
    }
}

extension RateLimits.Key {
    /// The bucket of a limit that a policy offers to an identity.
    init(_ policy: String, _ remedy: String, _ policies: ObjectID, _ identity: ObjectID) {
        self.init(policies: policies, limit: "\(policy) \(remedy)", identity: identity)
    }
}

extension RateLimit.Measure {
    /// What a call takes at its admission, in ten-thousandths; nil when that can't be known.
    ///
    /// Bytes and rows are known afterwards: at least one unit is taken at once, so that calls whose outcome is never
    /// reported still use the limit up.
    ///
    /// - Parameter type: What the policies' schema says of the request's attributes; nil when it says nothing.
    func quantity(of seen: JSONObject, typedBy type: RequestReader?) -> Int64? {
        guard case .amount(let attribute) = self else { return RateLimits.scale }
        switch Self.value(of: attribute, in: seen, type) {
        case .long(let number)? where number >= 0:
            let (quantity, overflow) = number.multipliedReportingOverflow(by: RateLimits.scale)
            return overflow ? .max : quantity
        case .decimal(let number)? where number.tenThousandths >= 0: return number.tenThousandths
        default: return nil
        }
    }

    /// An attribute as policies see it: a text is a number where their schema says so.
    private static func value(of attribute: String, in seen: JSONObject, _ type: RequestReader?) -> Value? {
        guard let json = seen[attribute] else { return nil }
        return type.map { $0.value(of: attribute, in: seen) } ?? CallContext.value(json)
    }

    /// Why what a call takes can't be known.
    fileprivate func whyUnknown(_ seen: JSONObject, _ supplied: JSONObject, typedBy type: RequestReader?) -> String {
        guard case .amount(let attribute) = self else { return "a limit counts what this call does not have" }
        let why =
            if seen[attribute]?.isNull == false {
                "which has to be a number and not negative"
            } else if supplied[attribute]?.isNull != false {
                "which this call does not have"
            } else if let type, type[Text(attribute)] == nil {
                "which policies do not see: their schema does not name it"
            } else {
                "which policies do not see: the operation does not name it"
            }
        return "a limit counts the attribute '\(attribute)', \(why)"
    }
}
