// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import TransparencyLog

/// The rows of the leaf table.
struct StoredLeaves {
    let db: Database

    /// Adds leaves from index `first` on.
    func insert(_ leaves: [StoredLeaf], at first: UInt64) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO leaves (idx, commitment, erased, salt, body) VALUES (?, ?, ?, ?, ?)"
        )
        var index = Int64(first)
        for leaf in leaves {
            guard (leaf.salt == nil) == (leaf.body == nil) else {
                throw StoreError(.range, "a leaf has both salt and body, or neither")
            }
            try insert(leaf, at: index, statement.sqliteStatement)
            index += 1
        }
    }

    /// Binds and runs without going through the values of the database layer: this is done for every decision, and each
    /// of those would be copied twice.
    private func insert(_ leaf: StoredLeaf, at index: Int64, _ statement: OpaquePointer) throws {
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        sqlite3_bind_int64(statement, 1, index)
        sqlite3_bind_int64(statement, 3, leaf.body == nil ? 1 : 0)
        // What is bound lives until the statement has run, so SQLite need not copy it (a nil destructor says that).
        try leaf.commitment.value.withBytes { commitment in
            sqlite3_bind_blob(statement, 2, commitment.baseAddress, Int32(commitment.count), nil)
            guard let salt = leaf.salt, let body = leaf.body else { return try step(statement) }
            guard let length = Int32(exactly: body.count) else {
                throw StoreError(.range, "a leaf is larger than SQLite takes")
            }
            try salt.withBytes { salt in
                sqlite3_bind_blob(statement, 4, salt.baseAddress, Int32(salt.count), nil)
                try body.withUnsafeBytes { body in
                    // A null pointer would be bound as NULL, which says that the leaf was erased.
                    if let bytes = body.baseAddress {
                        sqlite3_bind_blob(statement, 5, bytes, length, nil)
                    } else {
                        sqlite3_bind_zeroblob(statement, 5, 0)
                    }
                    try step(statement)
                }
            }
        }
    }

    private func step(_ statement: OpaquePointer) throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// The leaves of a range, in order, up to `size`; each body is compared with its commitment.
    func leaves(_ range: Range<UInt64>, size: UInt64) throws -> [StoredLeaf] {
        var leaves: [StoredLeaf] = []
        try each(range, size: size) { index, leaf in
            if let salt = leaf.salt, let body = leaf.body, !leaf.commitment.opens(salt: salt, body: body) {
                throw StoreError(.corrupt, "leaf \(index) does not match its commitment")
            }
            leaves.append(leaf)
        }
        return leaves
    }

    /// Gives the leaves of a range one by one, as they are stored. Throws `.corrupt` when one is missing.
    func each(_ range: Range<UInt64>, size: UInt64, _ body: (UInt64, StoredLeaf) throws -> Void) throws {
        guard range.lowerBound < size, let end = Int64(exactly: min(range.upperBound, size)) else { return }
        var next = Int64(range.lowerBound)
        let statement = try db.cachedStatement(
            sql: "SELECT idx, commitment, erased, salt, body FROM leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
        )
        let rows = try Row.fetchCursor(statement, arguments: [next, end])
        while let row = try rows.next() {
            guard try row.decode(Int64.self, atIndex: 0) == next else { break }
            guard let commitment = try row.hash(1) else { throw malformed(next) }
            let leaf: StoredLeaf
            if try row.decode(Int64.self, atIndex: 2) != 0 {
                leaf = StoredLeaf(commitment: LeafCommitment(commitment), salt: nil, body: nil)
            } else {
                guard let bytes = try row.bytes(3), let salt = LeafSalt(bytes: bytes), let body = try row.bytes(4)
                else { throw malformed(next) }
                leaf = StoredLeaf(commitment: LeafCommitment(commitment), salt: salt, body: body)
            }
            try body(UInt64(next), leaf)
            next += 1
        }
        guard next == end else { throw StoreError(.corrupt, "leaf \(next) is missing") }
    }

    /// The commitments of a range that lies within the log.
    func commitments(_ range: Range<UInt64>) throws -> [LeafCommitment] {
        guard let first = Int64(exactly: range.lowerBound), let end = Int64(exactly: range.upperBound) else {
            return []
        }
        var next = first
        var commitments: [LeafCommitment] = []
        let statement = try db.cachedStatement(
            sql: "SELECT idx, commitment FROM leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
        )
        let rows = try Row.fetchCursor(statement, arguments: [first, end])
        while let row = try rows.next() {
            guard try row.decode(Int64.self, atIndex: 0) == next else { break }
            guard let commitment = try row.hash(1) else { throw malformed(next) }
            commitments.append(LeafCommitment(commitment))
            next += 1
        }
        guard next == end else { throw StoreError(.corrupt, "leaf \(next) is missing") }
        return commitments
    }

    private func malformed(_ index: Int64) -> StoreError {
        StoreError(.corrupt, "leaf \(index) is not a commitment with salt and body")
    }
}
