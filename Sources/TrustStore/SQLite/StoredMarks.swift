// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The rows of the mark table: an index made of the leaves, so it holds nothing that they do not.
struct StoredMarks {
    private static let longestKey = 64

    let db: Database

    /// Adds marks of leaves below `size`; a key that has a leaf keeps it.
    func insert(_ marks: [LogMark], size: UInt64) throws {
        guard !marks.isEmpty else { return }
        let statement = try db.cachedStatement(
            sql: "INSERT INTO marks (key, idx) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
        )
        for mark in marks {
            guard (1...Self.longestKey).contains(mark.key.count), mark.index < size,
                let index = Int64(exactly: mark.index)
            else { throw StoreError(.range, "a mark has a key of 1 to \(Self.longestKey) bytes and a leaf of the log") }
            try statement.execute(arguments: [Data(mark.key), index])
        }
    }

    /// The leaf of each key.
    func indices(_ keys: [[UInt8]]) throws -> [UInt64?] {
        let statement = try db.cachedStatement(sql: "SELECT idx FROM marks WHERE key = ?")
        return try keys.map { key in try Row.fetchOne(statement, arguments: [Data(key)])?.count(0) }
    }

    /// The marks of a range of keys, in their order.
    func marks(from first: [UInt8], to end: [UInt8], limit: Int) throws -> [LogMark] {
        let statement = try db.cachedStatement(
            sql: "SELECT key, idx FROM marks WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"
        )
        let rows = try Row.fetchCursor(statement, arguments: [Data(first), Data(end), max(limit, 0)])
        var marks: [LogMark] = []
        while let row = try rows.next() {
            marks.append(LogMark(key: try row.bytes(0) ?? [], index: try row.count(1)))
        }
        return marks
    }

    /// Makes all marks anew from the leaves.
    func rebuild(size: UInt64, _ key: (StoredLeaf) -> [UInt8]?) throws -> Int {
        try db.execute(sql: "DELETE FROM marks")
        try StoredLeaves(db: db).each(0..<size, size: size) { index, leaf in
            guard let key = key(leaf) else { return }
            try insert([LogMark(key: key, index: index)], size: size)
        }
        return try Int.fetchOne(db, sql: "SELECT count(*) FROM marks") ?? 0
    }
}
