// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// Decides a request as Cedar's authorizer is defined.
    ///
    /// A policy is satisfied when its scope matches and all its conditions hold. One that fails is skipped and listed.
    /// Allow if some permit is satisfied and no forbid is; otherwise deny.
    public func authorize(
        _ request: AuthorizationRequest,
        entities: some EntityLookup
    ) -> AuthorizationResponse {
        guard let first = policies.first else { return AuthorizationTally().response }
        var evaluation = Evaluation(request, entities, body: first.body)
        var tally = AuthorizationTally()
        for index in policies.indices {
            tally.add(policies[index], &evaluation, entities)
        }
        return tally.response
    }

    /// Decides a request looking only at the policies at `candidates`; the answer is the same.
    ///
    /// They must be ascending and contain every policy whose scope matches: what ``candidates(for:entities:)`` or an
    /// index over the scopes gives. Places that do not exist are ignored.
    public func authorize(
        _ request: AuthorizationRequest,
        among candidates: [Int],
        entities: some EntityLookup
    ) -> AuthorizationResponse {
        guard let first = policies.first else { return AuthorizationTally().response }
        var evaluation = Evaluation(request, entities, body: first.body)
        var tally = AuthorizationTally()
        for index in candidates where policies.indices.contains(index) {
            tally.add(policies[index], &evaluation, entities)
        }
        return tally.response
    }

    /// The places in ``policies`` of those whose scope matches the request, ascending.
    ///
    /// The scope does not look at the context, so the same candidates serve when the request is asked again with
    /// another one; and the permits among them are those that could allow it, if their conditions were met.
    public func candidates(for request: AuthorizationRequest, entities: some EntityLookup) -> [Int] {
        guard let first = policies.first else { return [] }
        let evaluation = Evaluation(request, entities, body: first.body)
        var matching: [Int] = []
        for index in policies.indices where policies[index].body.matchesScope(evaluation, entities) {
            matching.append(index)
        }
        return matching
    }
}
