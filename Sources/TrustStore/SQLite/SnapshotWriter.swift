// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import GRDB

/// Writes one snapshot. A class because its method is handed out as the closure that takes the lines.
final class SnapshotWriter {
    /// Large enough to make commits rare, small enough to let commands in between.
    private static let chunkSize = 512 * 1024
    /// A line is one object of the state; none comes near this.
    private static let maximumLine = 64 * 1024 * 1024

    private let file: SQLiteFile
    private let size: Int64
    private let id: Int64
    private var chunks = 0
    private var buffer: [UInt8] = []
    /// A newer snapshot was finished meanwhile and took this one's rows away.
    private var isSuperseded = false

    init(file: SQLiteFile, size: UInt64) throws(StoreError) {
        guard let size = Int64(exactly: size) else { throw StoreError(.range, "no log has that many entries") }
        self.file = file
        self.size = size
        id = try file.write { db in
            try db.execute(sql: "INSERT INTO snapshots (size) VALUES (?)", arguments: [size])
            return db.lastInsertedRowID
        }
    }

    /// Adds a line: its length in four bytes, the highest first, and its bytes. A line is never split.
    func add(_ line: [UInt8]) throws {
        guard line.count <= Self.maximumLine else { throw StoreError(.range, "a line of the snapshot is too long") }
        for shift in [24, 16, 8, 0] {
            buffer.append(UInt8(truncatingIfNeeded: line.count >> shift))
        }
        buffer += line
        if buffer.count >= Self.chunkSize { try flush() }
    }

    private func flush() throws {
        guard !buffer.isEmpty && !isSuperseded else { return }
        let digest = Data(SHA256.hash(data: buffer))
        isSuperseded = try file.write { db in
            guard try exists(db) else { return true }
            try db.execute(
                sql: "INSERT INTO snapshot_chunks (snapshot, n, digest, bytes) VALUES (?, ?, ?, ?)",
                arguments: [id, chunks, digest, Data(buffer)]
            )
            return false
        }
        chunks += 1
        buffer.removeAll(keepingCapacity: true)
    }

    private func exists(_ db: Database) throws -> Bool {
        try Row.fetchOne(db, sql: "SELECT 1 FROM snapshots WHERE id = ?", arguments: [id]) != nil
    }

    /// Makes this the snapshot to read, unless there is a newer one, and clears away what nobody will read.
    func finish() throws {
        try flush()
        let obsolete = try file.write { db in
            try db.execute(sql: "UPDATE snapshots SET chunks = ? WHERE id = ?", arguments: [chunks, id])
            let newest = try Row.fetchOne(db, sql: SnapshotReader.newest)
            guard let newest else { return [Int64]() }
            // An unfinished one of the same age or younger may still be written by another process.
            return try Int64.fetchAll(
                db,
                sql: "SELECT id FROM snapshots WHERE id <> ? AND (chunks IS NOT NULL OR size < ?)",
                arguments: [newest.decode(Int64.self, atIndex: 0), newest.decode(Int64.self, atIndex: 1)]
            )
        }
        for id in obsolete {
            try remove(id)
        }
    }

    /// Takes back what was written.
    func abandon() throws {
        try remove(id)
    }

    /// Chunk by chunk: freeing a large snapshot at once would hold up commands.
    private func remove(_ id: Int64) throws {
        try file.write { db in try db.execute(sql: "DELETE FROM snapshots WHERE id = ?", arguments: [id]) }
        var isMore = true
        while isMore {
            isMore = try file.write { db in
                try db.execute(
                    sql: """
                        DELETE FROM snapshot_chunks WHERE rowid IN
                        (SELECT rowid FROM snapshot_chunks WHERE snapshot = ? LIMIT 8)
                        """,
                    arguments: [id]
                )
                return db.changesCount > 0
            }
        }
    }
}
