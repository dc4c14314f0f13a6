// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import TransparencyLog

extension SQLiteLog {
    /// Recomputes the whole tree from the stored bodies and commitments and compares it with tiles and checkpoint.
    ///
    /// Reads one state of the log beside whoever writes, and holds a few thousand hashes at a time. What SQLite itself
    /// cannot read is thrown as `.corrupt`; what can be read and contradicts itself is a fault in the answer.
    public func check() throws(StoreError) -> LogCheck {
        try file.read { db in
            var check = LogChecking(db: db)
            return try check.run(key: verifierKey)
        }
    }
}

/// One pass over a log, leaf by leaf.
private struct LogChecking {
    /// After so many, more would tell nobody anything.
    private static let maximumFaults = 100
    /// A multiple of the tile width, so that no level-0 tile is compared before it is full.
    private static let batch = 64 * TileAddress.fullWidth

    let db: Database
    private var tree = GrowingTree()
    /// The last partial tile of each level: only the final ones have to be in the store.
    private var partial: [Int: HashTile] = [:]
    private var tiles = 0
    private var erased: UInt64 = 0
    private var faults: [String] = []

    init(db: Database) {
        self.db = db
    }

    mutating func run(key: VerifierKey) throws -> LogCheck {
        let stored = try SQLiteHead.read(db)
        do {
            try stored.verifyCheckpoint(signedBy: key)
        } catch let error as StoreError {
            fault(error.message)
        }
        var pending: [LeafCommitment] = []
        do {
            try StoredLeaves(db: db).each(0..<stored.head.size, size: stored.head.size) { index, leaf in
                if let salt = leaf.salt, let body = leaf.body {
                    if !leaf.commitment.opens(salt: salt, body: body) {
                        fault("leaf \(index) does not match its commitment")
                    }
                } else {
                    erased += 1
                }
                pending.append(leaf.commitment)
                guard pending.count == Self.batch else { return }
                try grow(by: pending)
                pending.removeAll(keepingCapacity: true)
            }
        } catch let error as StoreError {
            fault(error.message)
        }
        try grow(by: pending)
        for tile in partial.values {
            try compare(tile)
        }
        if tree.size != stored.head.size || tree.root != stored.head.root {
            fault("the leaves lead to another size or root than the head's")
        }
        if try Int.fetchOne(db, sql: "SELECT count(*) FROM tiles") != tiles {
            fault("there are tiles that the tree does not have")
        }
        if let last = try Int64.fetchOne(db, sql: "SELECT max(idx) FROM leaves"), last >= Int64(stored.head.size) {
            fault("there are leaves beyond the head")
        }
        return LogCheck(leaves: tree.size, erased: erased, faults: faults)
    }

    private mutating func grow(by commitments: [LeafCommitment]) throws {
        for tile in try tree.append(commitments).tiles {
            if tile.address.isPartial {
                partial[tile.address.level] = tile
            } else {
                if partial[tile.address.level]?.address.index == tile.address.index {
                    partial[tile.address.level] = nil
                }
                try compare(tile)
            }
        }
    }

    private mutating func compare(_ tile: HashTile) throws {
        tiles += 1
        let stored = try StoredTiles(db: db).bytes(level: tile.address.level, index: tile.address.index)
        if stored != tile.bytes {
            fault("the tile \(tile.address.path) is not what the leaves lead to")
        }
    }

    private mutating func fault(_ text: String) {
        if faults.count < Self.maximumFaults { faults.append(text) }
    }
}
