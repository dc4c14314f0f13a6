// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// What a store would keep: one row for each level and index, replaced when the tile grows.
struct TileStore: TileSource {
    struct Missing: Error {}

    struct Place: Hashable {
        let level: Int
        let index: UInt64
    }

    private(set) var rows: [Place: [UInt8]] = [:]

    mutating func write(_ growth: TreeGrowth) {
        for tile in growth.tiles {
            rows[Place(level: tile.address.level, index: tile.address.index)] = tile.bytes
        }
    }

    func tile(at address: TileAddress) throws(Missing) -> HashTile {
        guard let bytes = rows[Place(level: address.level, index: address.index)] else { throw Missing() }
        guard let tile = try? HashTile(address, prefixOf: bytes) else { throw Missing() }
        return tile
    }

    func edge(size: UInt64) throws -> [HashTile] {
        try TileAddress.rightEdge(size: size).map { try tile(at: $0) }
    }
}
