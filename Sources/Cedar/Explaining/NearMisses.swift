// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The policies of an effect that a request misses by little: those whose scope does not match, but nearly.
///
/// An index finds what matches and nothing else, so scopes are gone through one by one here, each once for all policies
/// that share it and by its keys, which are numbers; a bounded number of them.
struct NearMisses: Sendable {
    /// A policy whose scope does not match.
    struct Miss: Sendable {
        /// Its place in ``PolicySet/policies``.
        let place: Int
        /// What does not match.
        let unmet: ScopeParts

        var distance: Int { unmet.distance }
    }

    private let effect: Effect
    private let kept: Int
    // What is at least as far is not kept any more.
    private var horizon = ScopeParts.horizon
    private var found: [Miss] = []
    // How many there are at each distance, a byte for each.
    private var counts: UInt64 = 0

    // So many scopes, and so many policies of one scope, are looked at.
    private static let maximumScopes = 16_384
    private static let maximumOfAScope = 256

    /// - Parameter kept: So many policies are kept, at most 8: the nearest, and of those as near as each other the ones
    ///   that were added first.
    init(_ effect: Effect, kept: Int) {
        self.effect = effect
        self.kept = kept
    }

    /// What was found, the nearest first; ties in source order.
    var misses: [Miss] {
        Array(found.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.prefix(kept))
    }

    /// Goes through the scopes of a set.
    mutating func look(in set: PolicySet, _ evaluation: borrowing Evaluation, _ entities: some EntityLookup) {
        guard kept > 0 else { return }
        let keys = RequestKeys(evaluation, set.index.scopes, entities)
        let count = set.index.scopes.groups.count
        for number in 0..<min(count, Self.maximumScopes) where horizon > ScopeParts.principal.distance {
            let group = set.index.scopes.groups[number]
            guard group.policy >= 0, !isFar(group, keys) else { continue }
            note(group, set, evaluation, entities)
        }
    }

    // By the keys alone; a list of actions has none.
    private func isFar(_ group: ScopeGroup, _ keys: borrowing RequestKeys) -> Bool {
        guard keys.isComplete else { return false }
        var unmet: ScopeParts = []
        if !keys.contain(group.principal, .principal) { unmet.insert(.principal) }
        if !keys.contain(group.resource, .resource) { unmet.insert(.resource) }
        if !keys.contain(group.action, .action) { unmet.insert(.action) }
        return unmet.distance >= horizon
    }

    // What the keys say is tested; then the policies of the scope are all as far.
    private mutating func note(
        _ group: ScopeGroup,
        _ set: PolicySet,
        _ evaluation: borrowing Evaluation,
        _ entities: some EntityLookup
    ) {
        let body = set.policies.body(at: Int(group.policy))
        guard let unmet = body.unmetScope(evaluation, within: horizon, entities), !unmet.isEmpty else { return }
        if group.guards < 0 { return note(Miss(place: Int(~group.guards), unmet: unmet), set) }
        let places = set.index.guards.nodes[Int(group.guards)].all ?? []
        for place in places.prefix(Self.maximumOfAScope) where unmet.distance < horizon {
            note(Miss(place: Int(place), unmet: unmet), set)
        }
    }

    private mutating func note(_ miss: Miss, _ set: PolicySet) {
        guard set.policies.body(at: miss.place).effect == effect else { return }
        found.append(miss)
        counts += 1 << UInt64(miss.distance * 8)
        var enough = 0
        for distance in 0..<horizon {
            enough += Int(counts >> UInt64(distance * 8) & 0xFF)
            if enough >= kept {
                // Of this distance there are enough, and what is farther is not wanted.
                horizon = distance
                return
            }
        }
    }
}
