// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The policies that a request concerns, and those that it misses by little.
///
/// Only scopes are looked at, so it costs little more than a decision; an index over scopes can give the same.
struct NearMisses: Sendable {
    /// A policy whose scope does not match.
    struct Miss: Sendable {
        /// Its place in ``PolicySet/policies``.
        let place: Int
        /// What does not match.
        let unmet: ScopeParts

        var distance: Int { unmet.distance }
    }

    /// So many policies of an effect are kept: the nearest, of those as near as each other the first in source order.
    static let kept = 8

    /// The places of the policies whose scope matches, ascending.
    private(set) var candidates: [Int] = []
    private var permits = Misses()
    private var forbids = Misses()

    /// The nearest policies of an effect whose scope does not match, the nearest first; ties in source order.
    func misses(_ effect: Effect) -> [Miss] {
        let misses = effect == .permit ? permits.misses : forbids.misses
        let sorted = misses.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
        return Array(sorted.prefix(Self.kept))
    }

    private struct Misses: Sendable {
        private(set) var misses: [Miss] = []
        /// What is at least as far is not kept any more.
        private(set) var horizon = ScopeParts.horizon

        mutating func note(_ miss: Miss) {
            misses.append(miss)
            guard misses.count >= NearMisses.kept else { return }
            // The distance within which there are enough; at most a few distances times as many are kept.
            while misses.count(where: { $0.distance < horizon }) >= NearMisses.kept { horizon -= 1 }
            horizon += 1
            misses.removeAll { $0.distance >= horizon }
        }
    }

    /// Goes through all policies.
    init(_ policies: [Policy], _ evaluation: borrowing Evaluation, _ entities: some EntityLookup) {
        for place in policies.indices {
            let isPermit = policies[place].effect == .permit
            let horizon = isPermit ? permits.horizon : forbids.horizon
            let unmet = policies[place].body.unmetScope(evaluation, within: horizon, entities)
            guard let unmet else { continue }
            if unmet.isEmpty {
                candidates.append(place)
            } else if isPermit {
                permits.note(Miss(place: place, unmet: unmet))
            } else {
                forbids.note(Miss(place: place, unmet: unmet))
            }
        }
    }
}
