// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The policies of an effect that a request misses by little: those whose scope does not match, but nearly.
///
/// What matches at least one of the three things that a scope asks for stands in a row of the index; the rows are gone
/// through by the keys, which are numbers, and only as long as something nearer may come. A bounded number of scopes is
/// looked at.
///
/// Of those as near as each other the ones without conditions are the nearest. How much is missing of the conditions of
/// the others is for those to find out who ask them: so more of them are kept than are wanted.
struct NearMisses: Sendable {
    /// A policy whose scope does not match.
    struct Miss: Sendable {
        /// Its place in ``PolicySet/policies``.
        let place: Int
        /// What does not match.
        let unmet: ScopeParts
        /// What was added first is the nearer one of equals: the number of the scope or, of few forbids, the place.
        let order: Int32
        /// Whether it has conditions that it will be ranked by.
        let hasConditions: Bool
    }

    private let effect: Effect
    private let wanted: Int
    private let kept: Int
    /// The nearest; of those as near as each other the ones whose scope was added first.
    private(set) var misses: [Miss] = []
    private var budget = maximumScopes
    // So many more scopes are looked at for those as near as the last one that is wanted.
    private var ties: Int

    // So many scopes, and so many policies of one scope, are looked at.
    private static let maximumScopes = 16_384
    private static let maximumOfAScope = 256
    // So many forbids are looked at one by one: rows would lead past all the permits.
    private static let fewForbids = 256

    /// - Parameters:
    ///   - wanted: So many policies are wanted.
    ///   - kept: So many with conditions are kept that are as near as the last one wanted, because they will be ranked by
    ///     what is missing of those.
    init(_ effect: Effect, wanted: Int, kept: Int) {
        self.effect = effect
        self.wanted = wanted
        self.kept = max(wanted, kept)
        ties = 2 * (self.kept - wanted)
    }

    // What is farther is not wanted any more.
    private var horizon: Int { misses.count < wanted ? ScopeParts.horizon : misses[wanted - 1].unmet.distance }

    /// Finds them in a set.
    mutating func look(in set: PolicySet, _ evaluation: borrowing Evaluation, _ entities: some EntityLookup) {
        guard wanted > 0 else { return }
        misses.reserveCapacity(wanted + 1)
        if effect == .forbid, set.index.forbids.count <= Self.fewForbids {
            for place in set.index.forbids {
                let body = set.policies.body(at: Int(place))
                guard let unmet = body.unmetScope(evaluation, within: horizon + 1, entities), !unmet.isEmpty else {
                    continue
                }
                note(Int(place), unmet, order: place, set)
            }
            return
        }
        let keys = RequestKeys(evaluation, set.index.scopes, entities)
        if keys.isComplete {
            // What misses one entity matches the other; then what misses both but not the action.
            let nearest = ScopeParts.principal.distance
            look(along: .principal, nearest, keys, set, evaluation, entities)
            look(along: .resource, nearest, keys, set, evaluation, entities)
            look(along: .action, 2 * nearest, keys, set, evaluation, entities)
        }
        let farthest = keys.isComplete ? ScopeParts.horizon - 1 : ScopeParts.principal.distance
        for number in 0..<set.index.scopes.groups.count {
            if !isWanted(Int32(truncatingIfNeeded: number), farthest) { return }
            note(Int32(truncatingIfNeeded: number), of: nil, keys, set, evaluation, entities)
        }
    }

    // The scopes that match one of the three; none of them that was not seen yet is nearer than `nearest`.
    private mutating func look(
        along axis: ScopeKey.Axis,
        _ nearest: Int,
        _ keys: borrowing RequestKeys,
        _ set: PolicySet,
        _ evaluation: borrowing Evaluation,
        _ entities: some EntityLookup
    ) {
        let places = keys.places(axis.rawValue)
        for place in places.lowerBound...places.upperBound where horizon >= nearest {
            let key = place < places.upperBound ? keys[place] : ScopeKey.open(axis.rawValue)
            set.index.scopes.forEachGroup(with: key) { number in
                guard isWanted(number, nearest) else { return false }
                note(number, of: axis, keys, set, evaluation, entities)
                return true
            }
        }
    }

    // Whether a scope at `nearest`, or one that was added later, may be among the nearest.
    private mutating func isWanted(_ group: Int32, _ nearest: Int) -> Bool {
        budget -= 1
        guard budget >= 0 else { return false }
        guard misses.count >= wanted else { return true }
        let bar = misses[wanted - 1]
        if bar.hasConditions {
            if nearest == bar.unmet.distance, group > bar.order { ties -= 1 }
            return nearest <= bar.unmet.distance && ties >= 0
        }
        return (nearest, group) < (bar.unmet.distance, bar.order)
    }

    // By the keys first (a list of actions has none); what they say is tested. The policies of a scope are all as far.
    private mutating func note(
        _ number: Int32,
        of axis: ScopeKey.Axis?,
        _ keys: borrowing RequestKeys,
        _ set: PolicySet,
        _ evaluation: borrowing Evaluation,
        _ entities: some EntityLookup
    ) {
        let group = set.index.scopes.groups[Int(number)]
        guard group.policy >= 0 else { return }
        let horizon = horizon
        if keys.isComplete {
            var unmet: ScopeParts = []
            if !keys.contain(group.principal, .principal) { unmet.insert(.principal) }
            if !keys.contain(group.resource, .resource) { unmet.insert(.resource) }
            if !keys.contain(group.action, .action) { unmet.insert(.action) }
            if unmet.distance > horizon { return }
            // Those in several rows were seen in the first one.
            if axis != .principal, !unmet.contains(.principal) { return }
            if axis == nil || axis == .action, !unmet.contains(.resource) { return }
        }
        let body = set.policies.body(at: Int(group.policy))
        guard let unmet = body.unmetScope(evaluation, within: horizon + 1, entities), !unmet.isEmpty else { return }
        if misses.contains(where: { $0.order == number }) { return }
        if group.guards < 0 { return note(Int(~group.guards), unmet, order: number, set) }
        let places = set.index.guards.nodes[Int(group.guards)].all ?? []
        for place in places.prefix(Self.maximumOfAScope) {
            note(Int(place), unmet, order: number, set)
        }
    }

    private mutating func note(_ place: Int, _ unmet: ScopeParts, order: Int32, _ set: PolicySet) {
        let body = set.policies.body(at: place)
        guard body.effect == effect else { return }
        let miss = Miss(
            place: place,
            unmet: unmet,
            order: order,
            hasConditions: kept > wanted && !body.conditions.isEmpty
        )
        var place = misses.count
        while place > 0, miss.rank < misses[place - 1].rank { place -= 1 }
        guard place < kept else { return }
        misses.insert(miss, at: place)
        if misses.count > kept { misses.removeLast() }
        // What is farther than the last one wanted, and what stands behind it if nothing can be missing of its conditions.
        guard misses.count > wanted else { return }
        let bar = misses[wanted - 1]
        while misses.count > wanted, !bar.hasConditions || misses[misses.count - 1].unmet.distance > bar.unmet.distance
        {
            misses.removeLast()
        }
    }
}

extension NearMisses.Miss {
    fileprivate var rank: (Int, Int, Int32, Int) { (unmet.distance, hasConditions ? 1 : 0, order, place) }
}
