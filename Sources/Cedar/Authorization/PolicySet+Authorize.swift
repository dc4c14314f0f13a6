// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// Decides a request as Cedar's authorizer is defined.
    ///
    /// A policy is satisfied when its scope matches and all its conditions hold. One that fails is skipped and listed.
    /// Allow if some permit is satisfied and no forbid is; otherwise deny.
    ///
    /// Policies that scopes and conditions tell apart from those that have a say are not looked at; decision, reasons
    /// and failures are those of asking each one.
    @specialized(where Entities == EntityStore)
    @specialized(where Entities == EntityOverlay<EntityStore>)
    public func authorize<Entities: EntityLookup>(
        _ request: AuthorizationRequest,
        entities: Entities
    ) -> AuthorizationResponse {
        var tally = AuthorizationTally()
        guard let first = policies.first else { return tally.response(policies) }
        var evaluation = Evaluation(request, entities, body: first.body)
        index.scopes.forEachMatch(&evaluation, policies, entities) { group, evaluation in
            tally.ask(group, index.guards, &evaluation, policies, entities)
        }
        return tally.response(policies)
    }

    /// Decides a request looking only at the policies at `candidates`; the answer is the same.
    ///
    /// They must be ascending and contain every policy whose scope matches: what ``candidates(for:entities:)`` or an
    /// index over the scopes gives. Places without a policy are ignored.
    @specialized(where Candidates == [Int], Entities == EntityStore)
    public func authorize<Candidates: Sequence<Int>, Entities: EntityLookup>(
        _ request: AuthorizationRequest,
        among candidates: Candidates,
        entities: Entities
    ) -> AuthorizationResponse {
        var tally = AuthorizationTally()
        guard let first = policies.first else { return tally.response(policies) }
        var evaluation = Evaluation(request, entities, body: first.body)
        for place in candidates {
            guard let policy = policies.policy(at: place), policy.body.matchesScope(evaluation, entities) else {
                continue
            }
            tally.ask(Int32(truncatingIfNeeded: place), &evaluation, policies, entities)
        }
        return tally.response(policies)
    }

    /// The places in ``policies`` of those whose scope matches the request, ascending.
    ///
    /// The scope does not look at the context, so the same candidates serve when the request is asked again with
    /// another one; and the permits among them are those that could allow it, if their conditions were met.
    @specialized(where Entities == EntityStore)
    public func candidates<Entities: EntityLookup>(
        for request: AuthorizationRequest,
        entities: Entities
    ) -> [Int] {
        guard let first = policies.first else { return [] }
        var evaluation = Evaluation(request, entities, body: first.body)
        var matching: [Int32] = []
        index.scopes.forEachMatch(&evaluation, policies, entities) { group, _ in
            index.guards.gather(group, into: &matching)
        }
        matching.arrange()
        return matching.map(Int.init)
    }
}
