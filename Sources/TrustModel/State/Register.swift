// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import HashTreeCollections

/// All objects of one kind by id, in the order of their ids. Persistent: a copy shares everything and a change copies one
/// path.
public struct Register<Object: TrustObject>: Sendable {
    /// The records by id.
    public private(set) var records: TreeDictionary<ObjectID, Record<Object>> = [:]
    private var order = IDOrder()

    /// A register without records.
    public init() {}

    /// How many there are, retired ones included.
    public var count: Int { records.count }

    /// The record of `id`; nil when unknown.
    public subscript(id: ObjectID) -> Record<Object>? { records[id] }

    /// All records in the order of their ids, which is that of their making. Costs a step for each of them: for what is
    /// known to be few, and for snapshots.
    public var sorted: [Record<Object>] {
        var all: [Record<Object>] = []
        all.reserveCapacity(count)
        order.forEach(after: nil) { id in
            if let record = record(id) { all.append(record) }
            return true
        }
        return all
    }

    /// Some records in the order of their ids; costs a step for each of them and one to find the first.
    ///
    /// - Parameters:
    ///   - after: Only those whose id is greater; nil for the first ones. No record needs to have this id.
    ///   - limit: How many at most.
    public func page(after: ObjectID?, limit: Int) -> [Record<Object>] {
        var page: [Record<Object>] = []
        guard limit > 0 else { return page }
        order.forEach(after: after.map(Self.bits)) { id in
            if let record = record(id) { page.append(record) }
            return page.count < limit
        }
        return page
    }

    /// The newest record, by id, that `isWanted` holds for; steps through newer ones only.
    public func newest(where isWanted: (Record<Object>) -> Bool) -> Record<Object>? {
        var found: Record<Object>?
        order.forEachReversed { id in
            if let record = record(id), isWanted(record) { found = record }
            return found == nil
        }
        return found
    }

    /// Puts the record in its place and gives the one it replaces.
    mutating func set(_ record: Record<Object>) -> Record<Object>? {
        let old = records.updateValue(record, forKey: record.object.id)
        if old == nil { order.insert(Self.bits(record.object.id)) }
        return old
    }

    /// Forgets a record.
    mutating func remove(_ id: ObjectID) {
        guard records.removeValue(forKey: id) != nil else { return }
        order.remove(Self.bits(id))
    }

    private func record(_ id: UInt128) -> Record<Object>? {
        records[
            ObjectID(
                kind: Object.kind,
                high: UInt64(truncatingIfNeeded: id >> 64),
                low: UInt64(truncatingIfNeeded: id)
            )
        ]
    }

    private static func bits(_ id: ObjectID) -> UInt128 { UInt128(id.high) << 64 | UInt128(id.low) }
}
