// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A tile of hashes: up to 256 neighbouring Merkle tree hashes of one level (c2sp.org/tlog-tiles, "Merkle Tree").
public struct HashTile: Sendable, Hashable {
    /// Which tile this is; its width is the number of hashes.
    public let address: TileAddress
    /// The hashes, from the left.
    public let hashes: [Hash32]

    /// Throws `.tile` unless `address` names a hash tile as wide as there are hashes.
    public init(_ address: TileAddress, hashes: [Hash32]) throws(TransparencyLogError) {
        guard address.kind != .entries, address.width == hashes.count else {
            throw TransparencyLogError(.tile, "the number of hashes is not the width of the tile")
        }
        self.init(address: address, hashes: hashes)
    }

    /// Without checks, for values that fit by construction.
    init(address: TileAddress, hashes: [Hash32]) {
        self.address = address
        self.hashes = hashes
    }

    /// Decodes the bytes of the tile at `address`: exactly 32 for each hash. Throws `.tile` otherwise.
    public init(_ address: TileAddress, bytes: [UInt8]) throws(TransparencyLogError) {
        guard address.kind != .entries, bytes.count == address.width * Hash32.byteCount else {
            throw TransparencyLogError(.tile, "the tile does not have 32 bytes for each of its hashes")
        }
        self.address = address
        hashes = unsafe bytes.withUnsafeBytes { buffer in
            (0..<address.width).map { unsafe Hash32(loading: buffer, at: $0 * Hash32.byteCount) }
        }
    }

    /// Decodes the tile at `address` from the beginning of `row`, where a store keeps the widest tile of that place.
    ///
    /// A tile only ever grows at its end, so each narrower one is a prefix. Throws `.tile` when the row is too short.
    public init(_ address: TileAddress, prefixOf row: [UInt8]) throws(TransparencyLogError) {
        try self.init(address, bytes: Array(row.prefix(address.width * Hash32.byteCount)))
    }

    /// The bytes to serve or store: the hashes one after the other.
    public var bytes: [UInt8] {
        let count = hashes.count * Hash32.byteCount
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in hashes.indices {
                unsafe hashes[index].store(into: UnsafeMutableRawBufferPointer(buffer), at: index * Hash32.byteCount)
            }
            initialized = count
        }
    }

    /// The hash at `node`, which may stand up to seven levels above this tile's own; `nil` when the tile does not
    /// cover it.
    public func hash(of node: TreeNode) -> Hash32? {
        guard node.level >= 0, node.level < 64, node.level / 8 == address.level else { return nil }
        let height = node.level % 8
        guard node.index >> UInt64(8 - height) == address.index else { return nil }
        let first = Int(node.index & (0xFF >> UInt64(height))) << height
        return subtree(from: first, height: height)
    }

    /// The root over the 2^`height` hashes from `first` on; `nil` when the tile is too narrow.
    func subtree(from first: Int, height: Int) -> Hash32? {
        guard first + 1 << height <= hashes.count else { return nil }
        var row = hashes[first..<first + 1 << height]
        while row.count > 1 {
            row =
                stride(from: row.startIndex, to: row.endIndex, by: 2).map {
                    MerkleTree.nodeHash(row[$0], row[$0 + 1])
                }[...]
        }
        return row.first
    }
}
