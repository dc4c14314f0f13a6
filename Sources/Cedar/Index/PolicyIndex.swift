// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How a policy set finds the policies that have a say about a request: by their scopes, then by what their conditions
/// begin with.
struct PolicyIndex: Sendable {
    private(set) var scopes = ScopeIndex()
    private(set) var guards = GuardIndex()
    /// The places of all that forbid, ascending: they are few, as a rule, and permits many.
    private(set) var forbids: [Int32] = []

    /// Adds the policy at a place of `policies`.
    mutating func add(_ place: Int, _ policies: PolicyList) {
        let scope = policies.body(at: place).scope
        if policies.body(at: place).effect == .forbid { forbids.insertAscending(place) }
        guard let group = scopes.group(of: scope, policies) else {
            return scopes.add(scope, policy: place, policies)
        }
        let known = scopes.groups[group]
        var root = known.guards
        if root < 0 {
            root = guards.makeRoot()
            guards.add(Int(known.policy), to: root, policies)
            scopes.set(group, guards: root, policy: Int(known.policy))
        }
        guards.add(place, to: root, policies)
    }

    /// Removes the policy at a place of `policies`, which still has it.
    mutating func remove(_ place: Int, _ policies: PolicyList) {
        let scope = policies.body(at: place).scope
        forbids.removeAscending(place)
        // A scope that matches nothing was never added.
        guard let group = scopes.group(of: scope, policies) else { return }
        let root = scopes.groups[group].guards
        if root < 0 || guards.remove(place, from: root, policies) {
            scopes.remove(group, scope)
        } else if Int(scopes.groups[group].policy) == place {
            // The group must not be tested by a policy that is gone.
            scopes.set(group, guards: root, policy: guards.anyPolicy(of: root))
        }
    }
}
