// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The ids of a register in their order, which is that of their making.
///
/// A tree of three levels made of plain arrays: a copy shares everything, a change copies one path, and finding a place
/// costs three binary searches. What is forgotten is the oldest as a rule, so that what stays is nearly always full, too.
struct IDOrder: Sendable {
    /// The most entries of a leaf and of a branch. Ids come nearly always at the end, so both are nearly always full.
    private static let width = 128

    private typealias Leaf = [UInt128]
    private typealias Branch = [Leaf]

    /// Where an id stands or would stand.
    private struct Place {
        var branch: Int
        var leaf: Int
        var index: Int
    }

    private var branches: [Branch] = []

    /// Adds an id that is not there.
    mutating func insert(_ id: UInt128) {
        guard !branches.isEmpty else {
            branches = [[[id]]]
            return
        }
        let place = place(of: id)
        let isLast = place.branch == branches.count - 1 && place.leaf == branches[place.branch].count - 1
        if isLast, place.index == Self.width {
            // Growth at the end leaves what is full as it is.
            if branches[place.branch].count < Self.width {
                branches[place.branch].append([id])
            } else {
                branches.append([[id]])
            }
            return
        }
        branches[place.branch][place.leaf].insert(id, at: place.index)
        if branches[place.branch][place.leaf].count > Self.width { split(place) }
    }

    /// Takes an id out; nothing happens when it is not there.
    mutating func remove(_ id: UInt128) {
        guard !branches.isEmpty else { return }
        let place = place(of: id)
        let leaf = branches[place.branch][place.leaf]
        guard place.index < leaf.count, leaf[place.index] == id else { return }
        branches[place.branch][place.leaf].remove(at: place.index)
        // No leaf and no branch is ever empty: places are found by their first ids.
        guard branches[place.branch][place.leaf].isEmpty else { return }
        branches[place.branch].remove(at: place.leaf)
        if branches[place.branch].isEmpty { branches.remove(at: place.branch) }
    }

    /// The first place whose id is not smaller; the end of the last leaf when there is none.
    private func place(of id: UInt128) -> Place {
        let branch = Self.last(branches.count) { branches[$0][0][0] <= id }
        let leaves = branches[branch]
        let leaf = Self.last(leaves.count) { leaves[$0][0] <= id }
        let ids = leaves[leaf]
        let index = Self.first(ids.count) { ids[$0] >= id }
        return Place(branch: branch, leaf: leaf, index: index)
    }

    private mutating func split(_ place: Place) {
        let half = Self.width / 2
        let upper = Array(branches[place.branch][place.leaf][half...])
        branches[place.branch][place.leaf].removeSubrange(half...)
        branches[place.branch].insert(upper, at: place.leaf + 1)
        guard branches[place.branch].count > Self.width else { return }
        let tail = Array(branches[place.branch][half...])
        branches[place.branch].removeSubrange(half...)
        branches.insert(tail, at: place.branch + 1)
    }

    /// The greatest index below `count` that `isBelow` holds for; 0 when it holds for none.
    private static func last(_ count: Int, _ isBelow: (Int) -> Bool) -> Int {
        max(first(count) { !isBelow($0) } - 1, 0)
    }

    /// The smallest index below `count` that `isReached` holds for; `count` when it holds for none.
    private static func first(_ count: Int, _ isReached: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isReached(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension IDOrder {
    /// Gives ids in order until `body` says that it has enough.
    ///
    /// - Parameter after: Only greater ones; all of them when nil.
    func forEach(after: UInt128?, _ body: (UInt128) -> Bool) {
        guard !branches.isEmpty else { return }
        var place = after.map { self.place(of: $0) } ?? Place(branch: 0, leaf: 0, index: 0)
        while place.branch < branches.count {
            let leaves = branches[place.branch]
            while place.leaf < leaves.count {
                let ids = leaves[place.leaf]
                for id in ids[place.index...] where id != after {
                    guard body(id) else { return }
                }
                place.leaf += 1
                place.index = 0
            }
            place.branch += 1
            place.leaf = 0
        }
    }

    /// Gives ids from the greatest down until `body` says that it has enough.
    func forEachReversed(_ body: (UInt128) -> Bool) {
        for branch in branches.reversed() {
            for leaf in branch.reversed() {
                for id in leaf.reversed() {
                    guard body(id) else { return }
                }
            }
        }
    }
}
