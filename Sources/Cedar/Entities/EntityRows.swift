// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Names of entities, each with a row number, found by the hash that every name carries.
///
/// A table of our own because the hash is already there: the standard dictionary would hash it once more on each
/// search. The hash is seeded anew in each process, so nobody outside can choose names that collide.
struct EntityRows: Sendable {
    private(set) var uids: [EntityUID] = []
    // Their hashes, so that a search looks at a name only when it is likely to be the one.
    private var digests: [Int] = []
    // Open addressing with linear probing; -1 is free. At most half full, a power of two long.
    private var slots: [Int32] = [-1, -1]

    /// The row of `uid`, nil when it has none.
    func row(of uid: EntityUID) -> Int? {
        let row = slots[slot(of: uid)]
        return row < 0 ? nil : Int(row)
    }

    /// The row of `uid`, a new one when it has none.
    mutating func add(_ uid: EntityUID) -> Int {
        let slot = slot(of: uid)
        if slots[slot] >= 0 { return Int(slots[slot]) }
        slots[slot] = Int32(truncatingIfNeeded: uids.count)
        uids.append(uid)
        digests.append(uid.digest)
        if uids.count * 2 > slots.count { grow() }
        return uids.count - 1
    }

    // Where `uid` stands, or the free slot where it would stand.
    private func slot(of uid: EntityUID) -> Int {
        let mask = slots.count - 1
        let digest = uid.digest
        var slot = digest & mask
        while slots[slot] >= 0 {
            let row = Int(slots[slot])
            if digests[row] == digest, uids[row] == uid { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for (row, digest) in digests.enumerated() {
            var slot = digest & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(truncatingIfNeeded: row)
        }
    }
}
