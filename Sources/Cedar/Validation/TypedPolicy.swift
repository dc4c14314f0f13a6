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
