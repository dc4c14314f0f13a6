// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Synchronization
import TransparencyLog

extension SQLiteLog {
    /// An error of the caller's closure on its way through the database layer.
    private struct CallerFailure: Error {
        let cause: any Error
    }

    /// Runs `body` while holding the head against every other writer, of this process or another. One call is one
    /// transaction: who has many leaves passes them together.
    ///
    /// `body` must not write to the same log, nor call anything that does: it would wait for itself, so it gets `.busy`.
    public func append<Result>(_ body: (inout LogAppend) throws -> Result) throws -> Result {
        var grown: GrowingTree?
        do {
            return try file.hold { db in
                var tree = try currentTree(db)
                // A reader that begins now sees all that was committed before the head was taken.
                var append = LogAppend(size: tree.size) { [file] range throws(StoreError) in
                    try file.read { db in try StoredLeaves(db: db).leaves(range, size: try SQLiteHead.size(db)) }
                } find: { [file] keys throws(StoreError) in
                    try file.read { db in try StoredMarks(db: db).indices(keys) }
                }
                let result: Result
                do {
                    result = try body(&append)
                } catch {
                    throw CallerFailure(cause: error)
                }
                guard !append.appended.isEmpty else { return (.rollback, result) }
                try write(append.appended, onto: &tree, in: db)
                try StoredMarks(db: db).insert(append.marks, size: tree.size)
                grown = tree
                return (.commit, result)
            } then: {
                // Only now is it durable.
                if let grown { tree.withLock { $0 = grown } }
            }
        } catch let failure as CallerFailure {
            throw failure.cause
        } catch {
            throw StoreError(error)
        }
    }

    /// The tree at the head. When another process moved the head, its word is not taken for it: signature and tiles
    /// are compared before anything is built on them.
    private func currentTree(_ db: Database) throws -> GrowingTree {
        let known = tree.withLock { $0 }
        let stored = try SQLiteHead.read(db)
        if stored.head.size == known.size && stored.head.root == known.root { return known }
        guard stored.head.size > known.size else {
            throw StoreError(.corrupt, "the log is shorter than it was, or has another root")
        }
        let fresh = try stored.tree(signedBy: verifierKey, in: db)
        tree.withLock { $0 = fresh }
        return fresh
    }

    private func write(_ leaves: [StoredLeaf], onto tree: inout GrowingTree, in db: Database) throws {
        let growth = try tree.append(leaves.map { $0.commitment })
        guard growth.newSize < UInt64(Int64.max) else {
            throw StoreError(.range, "the log cannot grow any further")
        }
        try StoredLeaves(db: db).insert(leaves, at: growth.oldSize)
        let tiles = StoredTiles(db: db)
        for tile in growth.tiles {
            try tiles.store(tile)
        }
        let origin = verifierKey.name.text
        let checkpoint = try Checkpoint(origin: origin, size: growth.newSize, root: growth.root)
        try db.cachedStatement(sql: "UPDATE head SET size = ?, root = ?, checkpoint = ?").execute(
            arguments: [Int64(growth.newSize), growth.root.data, Data(try signer.sign(checkpoint).bytes)]
        )
    }
}
