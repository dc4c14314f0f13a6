// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import TransparencyLog

/// The one row that says where a log stands and whose it is.
struct SQLiteHead {
    let head: LogHead
    let origin: String
    let vkey: String

    /// Writes the row of an empty log unless there is one.
    static func create(for key: VerifierKey, in db: Database) throws {
        guard try Row.fetchOne(db, sql: "SELECT 1 FROM head") == nil else { return }
        guard try Row.fetchOne(db, sql: "SELECT 1 FROM leaves LIMIT 1") == nil else {
            throw StoreError(.corrupt, "the log has leaves but no head")
        }
        try db.execute(
            literal: """
                INSERT INTO head (one, size, root, checkpoint, origin, vkey)
                VALUES (1, 0, \(MerkleTree.emptyRoot.data), x'', \(key.name.text), \(key.description))
                """
        )
    }

    static func read(_ db: Database) throws -> SQLiteHead {
        let statement = try db.cachedStatement(sql: "SELECT size, root, checkpoint, origin, vkey FROM head")
        guard let row = try Row.fetchOne(statement) else { throw StoreError(.corrupt, "the log has no head") }
        guard let root = try row.hash(1), let checkpoint = try row.bytes(2) else {
            throw StoreError(.corrupt, "the head's root is not 32 bytes")
        }
        return SQLiteHead(
            head: LogHead(size: try row.count(0), root: root, checkpoint: checkpoint),
            origin: try row.decode(String.self, atIndex: 3),
            vkey: try row.decode(String.self, atIndex: 4)
        )
    }

    /// The number of leaves, for readers who need no more.
    static func size(_ db: Database) throws -> UInt64 {
        let statement = try db.cachedStatement(sql: "SELECT size FROM head")
        guard let row = try Row.fetchOne(statement) else { throw StoreError(.corrupt, "the log has no head") }
        return try row.count(0)
    }

    /// Checks the signature, the right edge of the tiles and the last leaf against each other; gives the tree to go on
    /// from.
    func tree(signedBy key: VerifierKey, in db: Database) throws -> GrowingTree {
        try verifyCheckpoint(signedBy: key)
        let last = try Int64.fetchOne(db, sql: "SELECT max(idx) FROM leaves")
        guard last.map({ $0 >= 0 && UInt64($0) == head.size &- 1 }) ?? (head.size == 0) else {
            throw StoreError(.corrupt, "the last leaf is not where the head says")
        }
        let tiles = StoredTiles(db: db)
        var edge: [HashTile] = []
        for address in TileAddress.rightEdge(size: head.size) {
            edge.append(try tiles.tile(at: address))
        }
        let tree = try GrowingTree(size: head.size, edge: edge)
        guard tree.root == head.root else {
            throw StoreError(.corrupt, "the tiles lead to another root than the head's")
        }
        return tree
    }

    /// Checks that the log's own key signed this size and root.
    func verifyCheckpoint(signedBy key: VerifierKey) throws {
        guard origin.utf8.elementsEqual(key.name.text.utf8), vkey.utf8.elementsEqual(key.description.utf8) else {
            throw SQLiteLog.signedByAnother
        }
        guard head.size > 0 else {
            guard head.checkpoint.isEmpty, head.root == MerkleTree.emptyRoot else {
                throw StoreError(.corrupt, "the head of an empty log is not empty")
            }
            return
        }
        let note: SignedNote
        do throws(TransparencyLogError) {
            note = try SignedNote(parsing: head.checkpoint)
        } catch {
            throw StoreError(.corrupt, "the stored checkpoint is not a signed note")
        }
        switch try CheckpointVerifier(origin: key.name.text, logKeys: [key]).verify(note) {
        case .refused(.note(.unknownKeys)), .refused(.notSignedByLog), .refused(.otherOrigin):
            throw SQLiteLog.signedByAnother
        case .refused:
            throw StoreError(.corrupt, "the stored checkpoint does not verify")
        case .verified(let verified):
            guard verified.checkpoint.size == head.size, verified.checkpoint.root == head.root else {
                throw StoreError(.corrupt, "the stored checkpoint speaks of another size or root than the head")
            }
        }
    }
}
