// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar

/// Policies that are asked together, and the remedies that some of them offer.
struct PolicyTable: Sendable {
    /// The policies.
    let set: Cedar.PolicySet
    /// Those that offer remedies, alone: what a denial looks at, however many the others are.
    private let offering: Cedar.PolicySet
    /// The remedies, by the place of a policy in `offering`. That is made in one go, so the places are 0, 1, 2 and so on.
    private let remedies: [[Remedy]]

    init(_ policies: [MarkedPolicy]) throws(DuplicatePolicyError) {
        set = try Cedar.PolicySet(policies.map(\.policy))
        let offers = policies.filter { !$0.marks.remedies.isEmpty }
        offering = try Cedar.PolicySet(offers.map(\.policy))
        remedies = offers.map(\.marks.remedies)
    }

    /// The policies whose scope matches a request and which offer remedies, in source order, with what they offer.
    func offers(
        about request: AuthorizationRequest,
        in world: some EntityLookup
    ) -> [(policy: Policy, remedies: [Remedy])] {
        if remedies.isEmpty { return [] }
        return offering.candidates(for: request, entities: world).map { (offering.policies[$0], remedies[$0]) }
    }
}

/// A policy, the file it stands in, and what its annotations say.
struct MarkedPolicy: Sendable {
    let file: String
    let policy: Policy
    let marks: PolicyMarks
}

/// The policies of a set that is partly in shadow mode.
struct ShadowPolicies: Sendable {
    /// Those in shadow mode alone: whether any is about a request is asked of them first.
    let alone: Cedar.PolicySet
    /// The whole set as if all of it were enforced.
    let whole: PolicyTable
}
