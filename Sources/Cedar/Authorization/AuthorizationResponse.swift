// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The answer to a request: the decision, what determined it, and what failed on the way.
public struct AuthorizationResponse: Sendable {
    /// A policy that could not be evaluated and therefore had no say.
    public struct Failure: Sendable {
        /// The policy.
        public let policy: Policy
        /// What happened.
        public let error: EvaluationError
    }

    /// The decision.
    public let decision: AuthorizationDecision
    /// The policies that determined it, in source order: the satisfied permits of an allow, the satisfied forbids of a
    /// deny. Empty when nothing permitted.
    public let determining: [Policy]
    /// The policies that failed, in source order.
    public let failures: [Failure]

    /// The ids of the determining policies, sorted by their bytes (`policy10` before `policy2`).
    public var reason: [Text] { determining.map(\.id).sorted() }

    /// The ids of the policies that failed, sorted by their bytes.
    public var errors: [Text] { failures.map(\.policy.id).sorted() }
}
