// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TransparencyLog

/// The rows of the tile table: for each place the widest tile there is, of which every narrower one is a prefix.
struct StoredTiles: TileSource {
    let db: Database

    func tile(at address: TileAddress) throws(StoreError) -> HashTile {
        do {
            guard let row = try bytes(level: address.level, index: address.index) else {
                throw StoreError(.corrupt, "a hash tile is missing")
            }
            return try HashTile(address, prefixOf: row)
        } catch {
            throw StoreError(error)
        }
    }

    /// What is stored at this place.
    func bytes(level: Int, index: UInt64) throws -> [UInt8]? {
        guard let index = Int64(exactly: index) else { return nil }
        let statement = try db.cachedStatement(sql: "SELECT hashes FROM tiles WHERE level = ? AND n = ?")
        return try Row.fetchOne(statement, arguments: [level, index])?.bytes(0)
    }

    /// Replaces what is stored at the tile's place.
    func store(_ tile: HashTile) throws {
        guard let index = Int64(exactly: tile.address.index) else {
            throw StoreError(.range, "the log cannot grow any further")
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO tiles (level, n, hashes) VALUES (?, ?, ?)
                ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes
                """
        ).execute(arguments: [tile.address.level, index, Data(tile.bytes)])
    }
}

extension Hash32 {
    /// The bytes as SQLite takes them.
    var data: Data { Data(bytes) }
}
