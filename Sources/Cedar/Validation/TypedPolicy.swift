// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A policy in one kind of request: what its expressions are of.
struct TypedPolicy {
    /// The kind of request.
    let environment: RequestEnvironment
    /// Whether such a request can satisfy the policy, going by types.
    let isPossible: Bool
    /// For each node of the policy's expression its type; nil for one that is never evaluated, or that is wrong. Empty
    /// when the types were not asked for.
    let types: [StaticType?]

    /// The type of the expression at `node`.
    subscript(node: NodeID) -> StaticType? {
        types.indices.contains(node.index) ? types[node.index] : nil
    }
}

extension Validator {
    /// The kinds of requests that the schema allows and the scope of `policy` does not rule out, in a fixed order.
    func environments(for policy: Policy) -> [RequestEnvironment] {
        var found: [RequestEnvironment] = []
        for place in table.places(mayMatch: policy.scope.action) {
            let action = table.actions[place]
            for principal in action.principals where table.truth(of: policy.scope.principal, principal) != .never {
                for resource in action.resources where table.truth(of: policy.scope.resource, resource) != .never {
                    found.append(
                        RequestEnvironment(
                            action: action.uid,
                            principal: principal,
                            resource: resource,
                            context: action.context
                        )
                    )
                }
            }
        }
        return found
    }

    /// The types of the expressions of `policy` in requests of one kind.
    func types(
        of policy: Policy,
        in environment: RequestEnvironment,
        mode: ValidationMode = .strict
    ) -> TypedPolicy {
        var walk = EnvironmentWalk(policy, table, mode, limits, keepsTypes: true)
        return walk.look(environment)
    }
}
