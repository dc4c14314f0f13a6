// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// Secrets in `sealed.db`. What is destroyed is overwritten where it lies and leaves the write-ahead log, too.
struct SQLiteSealedStore: SealedStore {
    let file: SQLiteFile

    init(file: SQLiteFile) {
        self.file = file
    }

    func read(_ name: String) throws(StoreError) -> [UInt8]? {
        try file.read { db in try Self.blob(of: Data(name.utf8), in: db) }
    }

    func insert(_ name: String, _ blob: [UInt8]) throws(StoreError) -> [UInt8] {
        let key = Data(name.utf8)
        return try file.write { db in
            if let kept = try Self.blob(of: key, in: db) { return kept }
            try db.cachedStatement(sql: "INSERT INTO blobs (blob) VALUES (?)").execute(arguments: [Data(blob)])
            try db.cachedStatement(sql: "INSERT INTO names (name, id) VALUES (?, ?)")
                .execute(arguments: [key, db.lastInsertedRowID])
            return blob
        }
    }

    func destroy(prefix: String) throws(StoreError) -> Int {
        guard !prefix.isEmpty else { throw StoreError(.range, "an empty prefix would destroy every secret") }
        // No UTF-8 text holds the byte 0xFF, so this is just past every name with the prefix.
        let first = Data(prefix.utf8)
        let end = first + [0xFF]
        let count = try file.write { db in
            // The same length keeps the row where it is: overwritten, not moved.
            try db.execute(
                sql: """
                    UPDATE blobs SET blob = zeroblob(length(blob))
                    WHERE id IN (SELECT id FROM names WHERE name >= ? AND name < ?)
                    """,
                arguments: [first, end]
            )
            try db.execute(sql: "DELETE FROM names WHERE name >= ? AND name < ?", arguments: [first, end])
            return db.changesCount
        }
        // Even when there was nothing to destroy: an earlier call may have been stopped here by a reader.
        try file.emptyLog()
        return count
    }

    /// Closes the file.
    func close() {
        file.close()
    }

    private static func blob(of key: Data, in db: Database) throws -> [UInt8]? {
        let statement = try db.cachedStatement(
            sql: "SELECT blob FROM names LEFT JOIN blobs ON blobs.id = names.id WHERE name = ?"
        )
        guard let row = try Row.fetchOne(statement, arguments: [key]) else { return nil }
        guard let blob = try row.bytes(0) else { throw StoreError(.corrupt, "a sealed secret is missing") }
        return blob
    }
}
