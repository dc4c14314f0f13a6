// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the policies looked at so far had to say.
struct AuthorizationTally {
    private var permits: [Policy] = []
    private var forbids: [Policy] = []
    private var failures: [AuthorizationResponse.Failure] = []

    /// Lets one policy have its say.
    ///
    /// Every policy is asked, even behind a satisfied forbid: the answer names all reasons and all failures.
    mutating func add(_ policy: Policy, _ evaluation: inout Evaluation, _ entities: some EntityLookup) {
        guard policy.body.matchesScope(evaluation, entities) else { return }
        evaluation.body = policy.body
        do throws(EvaluationError) {
            guard try evaluation.conditionsHold(entities) else { return }
            switch policy.effect {
            case .permit: permits.append(policy)
            case .forbid: forbids.append(policy)
            }
        } catch {
            failures.append(AuthorizationResponse.Failure(policy: policy, error: error))
        }
    }

    /// The answer, when all have been asked.
    var response: AuthorizationResponse {
        if !forbids.isEmpty {
            return AuthorizationResponse(decision: .deny, determining: forbids, failures: failures)
        }
        if !permits.isEmpty {
            return AuthorizationResponse(decision: .allow, determining: permits, failures: failures)
        }
        return AuthorizationResponse(decision: .deny, determining: [], failures: failures)
    }
}
