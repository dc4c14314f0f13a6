// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A tree at its right edge: everything a writer keeps in memory to append leaves and to know which tiles to store.
///
/// A plain value. A writer copies it, appends to the copy, stores the ``TreeGrowth`` in one transaction, and keeps the
/// copy only once that is durable; if the transaction fails, the old value still is the truth.
public struct GrowingTree: Sendable {
    /// The complete subtrees of the tree.
    public private(set) var frontier: Frontier
    /// For each tile level, the hashes of its partial tile.
    private var edge: [[Hash32]]

    /// The empty tree.
    public init() {
        frontier = Frontier()
        edge = Array(repeating: [], count: TileAddress.levelsInUse)
    }

    /// The number of leaves.
    public var size: UInt64 {
        frontier.size
    }

    /// The root of the tree.
    public var root: Hash32 {
        frontier.root
    }

    /// Takes up a tree of `size` leaves from its partial tiles, those of `TileAddress.rightEdge(size:)` in any order.
    ///
    /// Throws `.tree` when one is missing, is not as wide as the size says, or should not be there. Compare ``root``
    /// with the last checkpoint before going on: tiles from a damaged store may have the right shape.
    public init(size: UInt64, edge tiles: [HashTile]) throws(TransparencyLogError) {
        self.init()
        let expected = TileAddress.rightEdge(size: size)
        guard tiles.count == expected.count else {
            throw TransparencyLogError(.tree, "the right edge of the tree has another number of tiles")
        }
        var hashes: [Hash32] = []
        for address in expected.reversed() {
            guard let tile = tiles.first(where: { $0.address == address }) else {
                throw TransparencyLogError(.tree, "a tile of the right edge is missing or has another width")
            }
            edge[address.level] = tile.hashes
            hashes += tile.edgeSubtrees
        }
        frontier = try Frontier(size: size, hashes: hashes)
    }

    /// Appends entries by their commitments, in order. Throws `.tree` when the size would exceed 64 bits.
    public mutating func append(_ commitments: [LeafCommitment]) throws(TransparencyLogError) -> TreeGrowth {
        try append(leafHashes: commitments.map { $0.leafHash })
    }

    /// Appends leaves by their hashes, in order: one node hash for each on average, and no tile is hashed twice.
    ///
    /// Throws `.tree`, and changes nothing, when the size would exceed 64 bits.
    public mutating func append(leafHashes: [Hash32]) throws(TransparencyLogError) -> TreeGrowth {
        let oldSize = size
        guard !oldSize.addingReportingOverflow(UInt64(leafHashes.count)).overflow else {
            throw TransparencyLogError(.tree, "the tree cannot grow any further")
        }
        // Moved out so that the closure below does not reach into `self` while the frontier changes.
        var edge: [[Hash32]] = []
        swap(&edge, &self.edge)
        var tiles: [HashTile] = []
        for leafHash in leafHashes {
            frontier.append(leafHash) { node, hash in
                guard node.level & 7 == 0 else { return }
                let level = node.level >> 3
                if edge[level].isEmpty { edge[level].reserveCapacity(TileAddress.fullWidth) }
                edge[level].append(hash)
                guard edge[level].count == TileAddress.fullWidth else { return }
                let address = TileAddress(
                    kind: .hashes(level: level),
                    index: node.index >> 8,
                    width: TileAddress.fullWidth
                )
                tiles.append(HashTile(address: address, hashes: edge[level]))
                edge[level] = []
            }
        }
        for address in TileAddress.rightEdge(size: size) {
            // A level that did not grow already has its partial tile in the store.
            let shift = UInt64(8 * address.level)
            guard oldSize >> shift != size >> shift else { continue }
            tiles.append(HashTile(address: address, hashes: edge[address.level]))
        }
        swap(&edge, &self.edge)
        tiles.sort { ($0.address.level, $0.address.index) < ($1.address.level, $1.address.index) }
        return TreeGrowth(oldSize: oldSize, newSize: size, root: root, tiles: tiles)
    }
}

extension HashTile {
    /// The roots of the complete subtrees that a partial tile splits into, the largest first.
    fileprivate var edgeSubtrees: [Hash32] {
        var first = 0
        return (0..<8).reversed().compactMap { height in
            guard hashes.count >> height & 1 == 1 else { return nil }
            defer { first += 1 << height }
            return subtree(from: first, height: height)
        }
    }
}
