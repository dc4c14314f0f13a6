// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The entities of one type in the order of their ids; an entity's place is its number in this order.
struct EntityOrder: Sendable {
    /// For each place the row in the store.
    let rows: [Int32]

    /// The order of `rows`, which are rows of `store`.
    ///
    /// Ids of one type often begin alike and differ in a few bytes behind; so eight bytes behind what is common to all
    /// are compared as one number, and the whole texts only where those are equal.
    init(_ rows: [Int32], in store: EntityStore) {
        func id(_ row: Int32) -> Text { store.uid(of: EntityHandle(Int(row))).id }
        var common = rows.first.map { Array(id($0).string.utf8) } ?? []
        for row in rows {
            let bytes = id(row).string.utf8
            common.removeLast(common.count - zip(common, bytes).prefix { $0 == $1 }.count)
            if common.isEmpty { break }
        }
        var keyed: [(key: UInt64, row: Int32)] = []
        keyed.reserveCapacity(rows.count)
        for row in rows {
            let bytes = id(row).string.utf8.dropFirst(common.count).prefix(8)
            var key = bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            key <<= UInt64(8 - bytes.count) * 8
            keyed.append((key, row))
        }
        keyed.sort { $0.key == $1.key ? id($0.row) < id($1.row) : $0.key < $1.key }
        self.rows = keyed.map(\.row)
    }

    /// How many entities there are.
    var count: Int { rows.count }

    /// The handle of the entity at `place`.
    func handle(at place: Int) -> EntityHandle { EntityHandle(Int(rows[place])) }

    /// The first place whose id is not before `id`.
    func place(notBefore id: Text, in store: EntityStore) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if store.uid(of: handle(at: middle)).id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The place of `uid`, nil when it is not among them.
    func place(of uid: EntityUID, in store: EntityStore) -> Int? {
        let place = place(notBefore: uid.id, in: store)
        return place < count && store.uid(of: handle(at: place)) == uid ? place : nil
    }
}
