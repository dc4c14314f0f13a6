// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The hashes of a tree of one size, read from its tiles.
///
/// The tile last used at each level is kept, since a proof asks several times for neighbours within one tile.
public struct TiledHashes<Tiles: TileSource>: HashSource {
    /// What reading may throw.
    public typealias Failure = TileReadFailure<Tiles.Failure>

    /// The number of leaves of the tree.
    public let size: UInt64
    private var tiles: Tiles
    private var kept: [TileAddress: HashTile] = [:]

    /// Reads the tree of `size` leaves from `tiles`.
    public init(size: UInt64, tiles: Tiles) {
        self.size = size
        self.tiles = tiles
    }

    /// The hash at `node`. Throws `.tree` when the tree of this size does not have it.
    public mutating func hash(of node: TreeNode) throws(Failure) -> Hash32 {
        guard let address = TileAddress(holding: node, size: size) else {
            throw .tree(TransparencyLogError(.tree, "the tree of this size does not have the node"))
        }
        let tile = try tile(at: address)
        guard tile.address.kind == address.kind, let hash = tile.hash(of: node) else {
            throw .tree(TransparencyLogError(.tile, "the source gave another tile than the one asked for"))
        }
        return hash
    }

    private mutating func tile(at address: TileAddress) throws(Failure) -> HashTile {
        if let tile = kept[address] { return tile }
        let tile: HashTile
        do throws(Tiles.Failure) {
            tile = try tiles.tile(at: address)
        } catch {
            throw .source(error)
        }
        // A proof needs at most two tiles of each level: its own way up and the right edge.
        if kept.count >= 2 * TileAddress.levelsInUse { kept.removeAll(keepingCapacity: true) }
        kept[address] = tile
        return tile
    }
}
