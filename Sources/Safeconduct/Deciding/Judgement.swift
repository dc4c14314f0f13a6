// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import TrustModel

/// What the policies say of one request: pure, so that a recorded decision can be judged again to the same answer.
struct Judgement: Sendable {
    /// What the policies say.
    enum Verdict: Sendable, Equatable {
        /// They permit it.
        case permitted
        /// They would permit it if exactly these remedies were met, cheapest first.
        case remediable([RemedyOffer])
        /// Some policy forbids it.
        case forbidden
        /// No policy permits it.
        case notPermitted
        /// A policy that might have forbidden it could not be evaluated, and a wrong call would do harm.
        case failed
        /// The request is none that their schema knows: no policy was asked.
        case invalid(RequestFault)
    }

    /// A remedy and the policy that offers it.
    struct RemedyOffer: Sendable, Equatable {
        let remedy: Remedy
        let policy: String
    }

    let verdict: Verdict
    /// The policies that determined it, in source order.
    let determining: [String]
    /// The policies that failed, in source order.
    let failed: [PolicyFailure]
    /// The policies that would determine it with the remedies met; empty where there is nothing to be met.
    let permitting: [String]
    /// The limits it asks for, once for each policy that asks and has a say: each has a bucket of its own, so that a
    /// limit of all calls counts those of other policies with the same limit, too.
    let limits: [RemedyOffer]

    /// The ids of the policies that failed, in source order.
    var failures: [String] { failed.map(\.policy) }

    /// The most remedies that are considered for one request.
    static let offerLimit = 8

    /// Asks the policies of a call, if its attributes are what their schema says.
    ///
    /// - Parameters:
    ///   - policies: The policies that decide.
    ///   - world: The entities.
    ///   - call: What the engine knows of the call.
    ///   - met: The remedies that live records meet.
    init(_ policies: CompiledPolicies, _ world: RequestWorld, _ call: CallContext, met: Set<String>) {
        do throws(RequestFault) {
            self.init(policies.enforced, world, context: try call.record(policies.schema.request), met: met)
        } catch {
            self.init(error)
        }
    }

    /// The judgement of a request that the schema does not know.
    init(_ fault: RequestFault) {
        verdict = .invalid(fault)
        (determining, failed, permitting, limits) = ([], [], [], [])
    }

    /// Asks the policies; what they deny is asked again with the remedies they offer.
    ///
    /// Cedar skips a policy that fails. Here a `forbid` that fails still stops what writes or has capabilities.
    ///
    /// - Parameters:
    ///   - policies: The policies that decide.
    ///   - world: The entities.
    ///   - context: The context without `met`.
    ///   - met: The remedies that live records meet.
    init(_ policies: PolicyTable, _ world: RequestWorld, context: Cedar.Record, met: Set<String>) {
        var request = AuthorizationRequest(
            principal: world.principal,
            action: world.action,
            resource: world.operation,
            context: context
        )
        func ask(_ met: Set<String>) -> AuthorizationResponse {
            let texts = ValueSet(met.map { Value.string(Text($0)) })
            request.context = context.setting("met", to: .set(texts))
            return policies.set.authorize(request, entities: world)
        }
        func ask(_ met: Set<String>, _ offers: [RemedyOffer]) -> AuthorizationResponse {
            ask(met.union(offers.map(\.remedy.description)))
        }
        let isElevated = world.resource.isElevated
        func allows(_ answer: AuthorizationResponse) -> Bool {
            answer.decision == .allow && !(isElevated && answer.failures.contains { $0.policy.effect == .forbid })
        }
        let first = ask(met)
        determining = first.determining.map(\.id.string)
        failed = first.failures.map(PolicyFailure.init)
        if allows(first) {
            verdict = .permitted
            (permitting, limits) = ([], [])
            return
        }
        let skipped = Set(first.failures.map(\.policy.id))
        let forbids = Set(first.determining.map(\.id))
        let offering = policies.offers(about: request, in: world)
        var offers: [RemedyOffer] = []
        for (policy, remedies) in offering
        where (policy.effect == .permit || forbids.contains(policy.id)) && !skipped.contains(policy.id) {
            for remedy in remedies
            where !met.contains(remedy.description) && !offers.contains(where: { $0.remedy == remedy }) {
                offers.append(RemedyOffer(remedy: remedy, policy: policy.id.string))
            }
        }
        offers = Array(offers.prefix(Self.offerLimit))
        let best = offers.isEmpty ? first : ask(met, offers)
        guard allows(best) else {
            // Even then it may be a forbid that failed which is in the way.
            let isFailed = first.decision == .allow || best.decision == .allow
            verdict = isFailed ? .failed : first.determining.isEmpty ? .notPermitted : .forbidden
            (permitting, limits) = ([], [])
            return
        }
        // Drop each in turn, the dearest first and of equal cost the later first: what can't be dropped is needed.
        let cheapestFirst = offers.enumerated().sorted {
            ($0.element.remedy.cost, $0.offset) < ($1.element.remedy.cost, $1.offset)
        }.map(\.element)
        var needed = cheapestFirst
        for offer in cheapestFirst.reversed() {
            let rest = needed.filter { $0 != offer }
            if allows(ask(met, rest)) { needed = rest }
        }
        verdict = .remediable(needed)
        let permits = ask(met, needed).determining
        permitting = permits.map(\.id.string)
        let speaking = forbids.union(permits.map(\.id)).subtracting(skipped)
        limits = needed.flatMap { offer -> [RemedyOffer] in
            guard case .limit = offer.remedy.kind else { return [] }
            let asking = offering.filter { speaking.contains($0.policy.id) && $0.remedies.contains(offer.remedy) }
            // Another policy may let the call through as soon as the one that offers the limit stands aside.
            if asking.isEmpty { return [offer] }
            return asking.map { RemedyOffer(remedy: offer.remedy, policy: $0.policy.id.string) }
        }
    }
}
