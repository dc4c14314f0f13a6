// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is left of a policy when a partial request is all that is known.
public struct PolicyResidual: Sendable {
    /// How the policy stands.
    public enum Standing: Sendable {
        /// It is satisfied, whatever the unknowns are.
        case satisfied
        /// It is not satisfied and does not fail, whatever they are.
        case unsatisfied
        /// It fails like this, whatever they are.
        case failed(EvaluationError)
        /// It depends. The policy has the same id and effect, and what is left of scope and conditions; for every
        /// request that the partial one admits it is satisfied, unsatisfied or fails as the original does. Places in
        /// it are places of the original's text.
        case open(Policy)
    }

    /// The policy.
    public let policy: Policy
    /// Whether it may be satisfied in some request; more than is really possible may be called possible.
    public let mayBeSatisfied: Bool
    /// Whether it may fail in some request, in the same sense.
    public let mayFail: Bool
    /// Its place among the policies.
    let place: Int32
    let outcome: Outcome

    /// ``Standing`` before somebody asks for the policy that is left.
    enum Outcome: Sendable {
        case satisfied
        case unsatisfied
        case failed(EvaluationError)
        case open(PolicyRemainder)
    }

    /// How it stands. The policy that is left is made anew each time.
    public var standing: Standing {
        switch outcome {
        case .satisfied: .satisfied
        case .unsatisfied: .unsatisfied
        case .failed(let error): .failed(error)
        case .open(let remainder): .open(remainder.policy(of: policy))
        }
    }

    init(
        _ policy: Policy,
        at place: Int,
        request: PartialRequest,
        environment: PartialEnvironment,
        entities: some EntityLookup
    ) {
        self.policy = policy
        self.place = Int32(truncatingIfNeeded: place)
        var evaluation = PartialEvaluation(
            policy.expression,
            request: request,
            environment: environment,
            entities: entities
        )
        guard let scope = PartialScope(evaluation: evaluation).residue(policy.scope) else {
            outcome = .unsatisfied
            mayBeSatisfied = false
            mayFail = false
            return
        }
        evaluation.run()
        var conditions: [Condition] = []
        var outcomes = PartialOutcomes.yes
        for condition in policy.conditions {
            let next = evaluation.outcomes(of: condition)
            if next == .yes { continue }
            outcomes.remove(.yes)
            outcomes.formUnion(next)
            conditions.append(condition)
            // Those behind are never looked at.
            if !next.contains(.yes) { break }
        }
        mayBeSatisfied = outcomes.contains(.yes)
        mayFail = outcomes.contains(.failure)
        let isScopeOpen = scope != Scope(principal: .any, action: .any, resource: .any)
        if outcomes == .no {
            outcome = .unsatisfied
        } else if let first = conditions.first, !isScopeOpen, let error = evaluation.failure(of: first) {
            outcome = .failed(error)
        } else if conditions.isEmpty, !isScopeOpen {
            outcome = .satisfied
        } else {
            outcome = .open(evaluation.remainder(scope, conditions))
        }
    }
}

extension PartialEvaluation {
    /// What may come of a condition: `yes` when it holds.
    fileprivate func outcomes(of condition: Condition) -> PartialOutcomes {
        let outcomes = result(condition.root).outcomes
        // Anything but a Bool fails.
        let checked = outcomes.subtracting(.other).failing(when: outcomes.contains(.other))
        return condition.kind == .when ? checked : checked.negated
    }

    /// The failure that is sure to come of a condition.
    fileprivate func failure(of condition: Condition) -> EvaluationError? {
        let failed: PartialResult
        switch result(condition.root) {
        case .value(.bool), .residue: return nil
        case .value(let value): failed = mismatch(.bool, found: value, condition.root)
        case .failure: failed = result(condition.root)
        }
        guard case .failure(let error) = failed else { return nil }
        return error
    }

    /// What is left: a scope and conditions.
    fileprivate mutating func remainder(_ scope: Scope, _ conditions: [Condition]) -> PolicyRemainder {
        var left: [Condition] = []
        for condition in conditions {
            left.append(Condition(kind: condition.kind, root: emit(condition.root), span: condition.span))
        }
        return PolicyRemainder(scope: scope, conditions: left, expression: builder.expression)
    }
}
