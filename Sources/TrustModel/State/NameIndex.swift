// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections

/// The ids by name of one kind. A name once taken stays taken: retirement does not remove it.
public struct NameIndex: Sendable {
    private var ids: TreeDictionary<String, ObjectID> = [:]

    /// The id that `name` belongs to.
    public subscript(name: String) -> ObjectID? { ids[name] }

    mutating func set(_ name: String, _ id: ObjectID) { ids[name] = id }
}
