// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import TransparencyLog

/// One pass over a log, leaf by leaf.
struct LogChecking {
    /// After so many, more would tell nobody anything.
    private static let maximumFaults = 100
    /// Large enough to make hashing the work, small enough to hold.
    private static let batch = 64 * TileAddress.fullWidth

    let db: Database
    private var tree = GrowingTree()
    /// The last partial tile of each level: only the final ones have to be in the store.
    private var partial: [Int: HashTile] = [:]
    private var tiles = 0
    private var absent = AbsentBodies()
    private var faults: [String] = []

    /// The roots at the sizes that the caller asked for, as far as the log reaches.
    private(set) var roots: [UInt64: Hash32] = [:]

    init(db: Database) {
        self.db = db
    }

    /// Checks the log.
    ///
    /// - Parameters:
    ///   - key: The key that has to have signed its checkpoint; nil when nobody knows it, which the caller reports.
    ///   - sizes: The sizes at which to note the root.
    ///   - visit: Called with every leaf in order.
    mutating func run(
        key: VerifierKey?,
        watching sizes: Set<UInt64> = [],
        _ visit: (UInt64, StoredLeaf) throws -> Void = { _, _ in }
    ) throws -> LogCheck {
        let stored = try SQLiteHead.read(db)
        do {
            if let key { try stored.verifyCheckpoint(signedBy: key) }
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
                    absent.add(index)
                }
                try visit(index, leaf)
                pending.append(leaf.commitment)
                let isWatched = sizes.contains(index + 1)
                guard pending.count >= Self.batch || isWatched else { return }
                try grow(by: pending)
                pending.removeAll(keepingCapacity: true)
                if isWatched { roots[index + 1] = tree.root }
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
        return LogCheck(leaves: tree.size, absent: absent, faults: faults)
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
