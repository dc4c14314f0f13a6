// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// A log's tree, built again from its entries.
struct LogRebuild {
    /// The number of entries in the end.
    let size: UInt64
    /// The root at the size watched; that of the empty tree when none is.
    private(set) var watchedRoot = MerkleTree.emptyRoot
    private let watched: UInt64
    private var tree = GrowingTree()
    /// The partial tile of each level that has one.
    private var edge: [Int: HashTile] = [:]
    /// How many bundles are asked for at once.
    private static let stride: UInt64 = 16

    /// - Parameter watched: The size at which to note the root.
    init(size: UInt64, watching watched: UInt64) {
        self.size = size
        self.watched = watched
    }

    /// The entries taken so far.
    var taken: UInt64 { tree.size }

    /// The root of the entries taken so far.
    var root: Hash32 { tree.root }

    /// The bundles to take next; none when all are taken.
    var nextBundles: [TileAddress] {
        let first = taken >> 8
        guard taken < size else { return [] }
        let last = min(first + Self.stride - 1, (size - 1) >> 8)
        return (first...last).compactMap { TileAddress(holdingEntry: $0 << 8, size: size) }
    }

    /// Takes the bundles that were asked for; gives the tiles that became full.
    mutating func take(_ bundles: [EntryBundle]) throws(LogFault) -> [HashTile] {
        var full: [HashTile] = []
        for bundle in bundles {
            let hashes = bundle.leafHashes
            let until = watched > taken ? min(watched - taken, UInt64(hashes.count)) : 0
            full += try append(Array(hashes.prefix(Int(until))))
            if taken == watched, watched > 0, until > 0 { watchedRoot = tree.root }
            full += try append(Array(hashes.dropFirst(Int(until))))
        }
        return full
    }

    /// The tiles of the right edge, once all is taken.
    var edgeTiles: [HashTile] { TileAddress.rightEdge(size: size).compactMap { edge[$0.level] } }

    private mutating func append(_ hashes: [Hash32]) throws(LogFault) -> [HashTile] {
        guard !hashes.isEmpty else { return [] }
        do throws(TransparencyLogError) {
            var full: [HashTile] = []
            for tile in try tree.append(leafHashes: hashes).tiles {
                if tile.address.isPartial { edge[tile.address.level] = tile } else { full.append(tile) }
            }
            return full
        } catch {
            throw LogFault("its entries make no tree: \(error.message)")
        }
    }
}
