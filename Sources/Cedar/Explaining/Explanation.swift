// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a request was answered as it was, what was missing, and what would turn the answer round.
///
/// It is data: who shows it chooses what may be seen, see ``json(disclosing:)`` and ``text(disclosing:)``.
public struct Explanation: Sendable {
    /// What was asked.
    public let request: AuthorizationRequest
    /// The answer; the same that ``PolicySet/authorize(_:entities:)`` gives.
    public let response: AuthorizationResponse
    /// The policies whose scope matches, in source order: what each had to say.
    public let policies: [PolicyExplanation]
    /// How many more there are, see ``ExplanationLimits/maximumPolicies``.
    public let omittedPolicies: Int
    /// Of a deny without a satisfied permit: the permits that miss least, the nearest first. Fewest unmet parts of the
    /// scope first, then fewest unmet clauses, then source order; a permit of another action stands behind those that
    /// miss as much otherwise.
    public let nearest: [PolicyExplanation]
    /// What would turn the answer round.
    public let change: DecisionChange
    /// The set that was asked, for the texts of policies.
    let set: PolicySet
}
