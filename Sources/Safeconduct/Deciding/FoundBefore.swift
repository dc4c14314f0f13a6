// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What was found by which key: a row while there are few, for most requests ask one question, and a table once there are
/// many, so that a thousand different questions cost no square.
struct FoundBefore<Key: Hashable, Value> {
    private var row: [(key: Key, value: Value)] = []
    private var table: [Key: Value] = [:]

    /// The most that are looked through one by one.
    private static var few: Int { 8 }

    /// What `key` was remembered with; nil when it was not.
    subscript(key: Key) -> Value? {
        guard table.isEmpty else { return table[key] }
        for index in row.indices where row[index].key == key { return row[index].value }
        return nil
    }

    /// Remembers a value for a key that has none.
    mutating func remember(_ value: Value, for key: Key) {
        if table.isEmpty, row.count < Self.few { return row.append((key, value)) }
        if table.isEmpty { for (key, value) in row { table[key] = value } }
        table[key] = value
    }
}
