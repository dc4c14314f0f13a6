// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import HashTreeCollections

/// All objects of one kind by id. Persistent: a copy shares everything and a change copies one path.
public struct Register<Object: TrustObject>: Sendable {
    /// The records by id.
    public private(set) var records: TreeDictionary<ObjectID, Record<Object>> = [:]

    /// A register without records.
    public init() {}

    /// How many there are, retired ones included.
    public var count: Int { records.count }

    /// The record of `id`; nil when unknown.
    public subscript(id: ObjectID) -> Record<Object>? { records[id] }

    /// The records in the order of their ids, which is that of their making.
    public var sorted: [Record<Object>] { records.values.sorted { $0.object.id < $1.object.id } }

    /// Puts the record in its place and gives the one it replaces.
    mutating func set(_ record: Record<Object>) -> Record<Object>? {
        records.updateValue(record, forKey: record.object.id)
    }
}
