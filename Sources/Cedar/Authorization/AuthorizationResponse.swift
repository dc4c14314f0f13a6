// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The answer to a request: the decision, what determined it, and what failed on the way.
///
/// It keeps numbers of policies and the set they are of; the policies are listed when somebody asks for them.
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
    let places: [Int32]
    let failed: [(policy: Int32, error: EvaluationError)]
    let policies: PolicyList

    init(
        decision: AuthorizationDecision,
        places: [Int32],
        failed: [(policy: Int32, error: EvaluationError)],
        policies: PolicyList
    ) {
        self.decision = decision
        self.places = places
        self.failed = failed
        self.policies = policies
    }

    /// The policies that determined it, in source order: the satisfied permits of an allow, the satisfied forbids of a
    /// deny. Empty when nothing permitted.
    public var determining: [Policy] { places.map { policies[Int($0)] } }

    /// The policies that failed, in source order.
    public var failures: [Failure] { failed.map { Failure(policy: policies[Int($0.policy)], error: $0.error) } }

    /// The ids of the determining policies, sorted by their bytes (`policy10` before `policy2`).
    public var reason: [Text] { places.map { policies[Int($0)].id }.sorted() }

    /// The ids of the policies that failed, sorted by their bytes.
    public var errors: [Text] { failed.map { policies[Int($0.policy)].id }.sorted() }

    /// How many bytes the ids of all of them have.
    var idBytes: Int {
        var count = places.reduce(0) { $0 + policies[Int($1)].id.string.utf8.count }
        for failure in failed { count += policies[Int(failure.policy)].id.string.utf8.count }
        return count
    }
}
