// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the policies have to say about a partial request.
public struct PartialResponse: Sendable {
    /// The request.
    public let request: PartialRequest
    /// Every policy and what is left of it, in source order.
    public let residuals: [PolicyResidual]
    private let policies: PolicySet

    init(_ request: PartialRequest, _ residuals: [PolicyResidual], of policies: PolicySet) {
        self.request = request
        self.residuals = residuals
        self.policies = policies
    }

    /// The policies with this effect that are satisfied, whatever the unknowns are.
    public func satisfied(_ effect: Effect) -> [Policy] {
        residuals.compactMap { residual in
            if case .satisfied = residual.outcome, residual.policy.effect == effect { residual.policy } else { nil }
        }
    }

    /// The policies with this effect that are not satisfied and do not fail, whatever the unknowns are.
    public func unsatisfied(_ effect: Effect) -> [Policy] {
        residuals.compactMap { residual in
            if case .unsatisfied = residual.outcome, residual.policy.effect == effect { residual.policy } else { nil }
        }
    }

    /// The policies with this effect that fail, whatever the unknowns are.
    public func failed(_ effect: Effect) -> [AuthorizationResponse.Failure] {
        residuals.compactMap { residual in
            guard case .failed(let error) = residual.outcome, residual.policy.effect == effect else { return nil }
            return AuthorizationResponse.Failure(policy: residual.policy, error: error)
        }
    }

    /// What is left of the policies with this effect that depend on the unknowns.
    public func open(_ effect: Effect) -> [Policy] {
        residuals.compactMap { residual in
            if case .open(let policy) = residual.standing, policy.effect == effect { policy } else { nil }
        }
    }

    /// The decision, when it is the same for every request that the partial one admits; nil when it is not known to be.
    public var decision: AuthorizationDecision? {
        if !satisfied(.forbid).isEmpty { return .deny }
        if !residuals.contains(where: { $0.policy.effect == .permit && $0.mayBeSatisfied }) { return .deny }
        if residuals.contains(where: { $0.policy.effect == .forbid && $0.mayBeSatisfied }) { return nil }
        return satisfied(.permit).isEmpty ? nil : .allow
    }

    /// Decides `request`, one of those the partial request stands for, by what is left of the policies.
    ///
    /// The answer is the one that ``PolicySet/authorize(_:entities:)`` gives for all of them.
    /// - Parameter entities: the same as before or, when more were still to come, those and more.
    /// - Throws: ``PartialRequestError`` when the request is not one of those.
    public func reauthorize(
        _ request: AuthorizationRequest,
        entities: some EntityLookup
    ) throws(PartialRequestError) -> AuthorizationResponse {
        guard self.request.admits(request) else { throw PartialRequestError(.binding) }
        let response = remaining.authorize(request, entities: entities)
        var places: [Text: Int32] = [:]
        for residual in residuals { places[residual.policy.id] = residual.place }
        var failed = response.failures.compactMap { failure in
            places[failure.policy.id].map { (policy: $0, error: failure.error) }
        }
        for residual in residuals {
            if case .failed(let error) = residual.outcome { failed.append((residual.place, error)) }
        }
        return AuthorizationResponse(
            decision: response.decision,
            places: response.determining.compactMap { places[$0.id] }.sorted(),
            failed: failed.sorted { $0.policy < $1.policy },
            policies: policies.policies
        )
    }

    // The policies that still have a say: those satisfied, and what is left of those that depend on the unknowns.
    private var remaining: PolicySet {
        let left = residuals.compactMap { residual -> Policy? in
            switch residual.outcome {
            case .satisfied: PolicyRemainder.nothing.policy(of: residual.policy)
            case .open(let remainder): remainder.policy(of: residual.policy)
            case .unsatisfied, .failed: nil
            }
        }
        // Their ids are those of a set, so none stands twice; the whole set would give the same answer.
        return (try? PolicySet(left)) ?? policies
    }
}
