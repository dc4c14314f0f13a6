// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// The policy sets that a walk over decisions has met, compiled: one for many decisions.
struct PolicyCache {
    private var compiled: [ObjectID: CompiledPolicies] = [:]
    /// Sets may be large; decisions side by side are of one or two.
    private static let limit = 4

    init(_ active: CompiledPolicies?) {
        if let active { compiled[active.id] = active }
    }

    /// The policy set of an id; nil when the state does not know it.
    mutating func policies(_ id: ObjectID, _ state: TrustState) throws(PolicyRefusal) -> CompiledPolicies? {
        if let policies = compiled[id] { return policies }
        guard let set = state.policySets[id]?.object else { return nil }
        let policies = try CompiledPolicies(set)
        if compiled.count >= Self.limit { compiled = [:] }
        compiled[id] = policies
        return policies
    }
}
