// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import GRDB

/// Reads the newest finished snapshot.
struct SnapshotReader {
    /// The snapshot to read: id, size and number of chunks.
    static let newest = """
        SELECT id, size, chunks FROM snapshots WHERE chunks IS NOT NULL ORDER BY size DESC, id DESC LIMIT 1
        """

    let file: SQLiteFile

    /// The lines go out between reads, on a connection of its own: whoever takes them may use the store meanwhile, and
    /// a newer snapshot does not pull this one away.
    func read(_ line: ([UInt8]) throws -> Void) throws -> Bool {
        let frozen = try file.frozen()
        guard let found = try query(frozen, { try Row.fetchOne($0, sql: Self.newest) }) else { return false }
        let (id, chunks) = try query(frozen) { _ in
            (try found.decode(Int64.self, atIndex: 0), try found.decode(Int64.self, atIndex: 2))
        }
        for n in 0..<max(chunks, 0) {
            let chunk = try query(frozen) { db in
                try Row.fetchOne(
                    db,
                    sql: "SELECT digest, bytes FROM snapshot_chunks WHERE snapshot = ? AND n = ?",
                    arguments: [id, n]
                ).flatMap { try ($0.bytes(0) ?? [], $0.bytes(1) ?? []) }
            }
            guard let (digest, bytes) = chunk, SHA256.hash(data: bytes).elementsEqual(digest) else {
                throw StoreError(.corrupt, "a part of the snapshot is missing or damaged")
            }
            try split(bytes, line)
        }
        return true
    }

    private func query<Result>(
        _ frozen: DatabaseSnapshot,
        _ body: (Database) throws -> Result
    ) throws(StoreError) -> Result {
        do {
            return try frozen.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    private func split(_ bytes: [UInt8], _ line: ([UInt8]) throws -> Void) throws {
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else { break }
            let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            offset += 4
            guard length <= bytes.count - offset else { break }
            try line(Array(bytes[offset..<offset + length]))
            offset += length
        }
        guard offset == bytes.count else { throw StoreError(.corrupt, "a part of the snapshot is cut short") }
    }
}
