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

    /// The places of the policies whose scope matches, ascending.
    private(set) var candidates: [Int] = []
    private var permits: Misses
    private var forbids: Misses

    /// The nearest policies of an effect whose scope does not match, the nearest first; ties in source order.
    func misses(_ effect: Effect) -> [Miss] {
        let misses = effect == .permit ? permits : forbids
        let sorted = misses.misses.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
        return Array(sorted.prefix(misses.kept))
    }

    private struct Misses: Sendable {
        let kept: Int
        /// What is at least as far is not kept any more.
        private(set) var horizon = ScopeParts.horizon
        private(set) var misses: [Miss] = []
        // How many there are at each distance, a byte for each.
        private var counts: UInt64 = 0

        init(kept: Int) {
            self.kept = kept
            if kept == 0 { horizon = 0 }
        }

        // Of each distance at most as many as are kept in all, so the counts fit and the list stays short.
        mutating func note(_ miss: Miss) {
            misses.append(miss)
            counts += 1 << UInt64(miss.distance * 8)
            var enough = 0
            for distance in 0..<horizon {
                enough += Int(counts >> UInt64(distance * 8) & 0xFF)
                if enough >= kept {
                    // What is as far as this comes later in the text than those there are.
                    horizon = distance
                    return
                }
            }
        }
    }

    /// Goes through all policies.
    ///
    /// - Parameter kept: So many policies of each effect are kept, at most 8: the nearest, and of those as near as each
    ///   other the first in source order.
    init(
        _ policies: [Policy],
        _ evaluation: borrowing Evaluation,
        kept: Int,
        _ entities: some EntityLookup
    ) {
        permits = Misses(kept: kept)
        forbids = Misses(kept: kept)
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
