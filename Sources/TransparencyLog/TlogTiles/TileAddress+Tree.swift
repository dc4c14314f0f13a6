// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension TileAddress {
    /// A tree whose size fits 64 bits has hashes at tile levels 0 to 7 only.
    static let levelsInUse = 8

    /// The tile from which the hash at `node` can be read or computed, as wide as a tree of `size` leaves has it;
    /// `nil` when the tree does not have that node.
    public init?(holding node: TreeNode, size: UInt64) {
        guard node.level >= 0 && node.level < 64 else { return nil }
        let level = node.level / 8
        let height = UInt64(node.level % 8)
        let hashes = size >> UInt64(8 * level)
        guard node.index < hashes >> height else { return nil }
        let index = node.index >> (8 - height)
        self.init(kind: .hashes(level: level), index: index, width: Self.width(of: hashes, from: index))
    }

    /// How many of `count` hashes or entries fall to the tile at `index`, which must not begin past them.
    private static func width(of count: UInt64, from index: UInt64) -> Int {
        Int(min(count - index << 8, UInt64(fullWidth)))
    }

    /// The bundle that holds the entry at `leaf` in a tree of `size` leaves; `nil` when the tree does not have it.
    public init?(holdingEntry leaf: UInt64, size: UInt64) {
        guard leaf < size else { return nil }
        let index = leaf >> 8
        self.init(kind: .entries, index: index, width: Self.width(of: size, from: index))
    }

    /// The partial hash tiles of a tree of `size` leaves, the lowest level first: what a writer must have in hand to
    /// go on. Levels whose last tile is full are left out.
    public static func rightEdge(size: UInt64) -> [TileAddress] {
        (0..<levelsInUse).compactMap { level in
            let hashes = size >> UInt64(8 * level)
            let width = Int(hashes & 0xFF)
            return width == 0 ? nil : TileAddress(kind: .hashes(level: level), index: hashes >> 8, width: width)
        }
    }

    /// The hash tiles that a log writes when it grows from `oldSize` to `newSize` leaves: at each level those that
    /// became wider, the last perhaps partial.
    public static func hashTiles(from oldSize: UInt64, to newSize: UInt64) -> some Sequence<TileAddress> {
        (0..<levelsInUse).lazy.flatMap { level in
            let shift = UInt64(8 * level)
            return Grown(kind: .hashes(level: level), from: oldSize >> shift, to: newSize >> shift)
        }
    }

    /// The entry bundles that a log writes when it grows from `oldSize` to `newSize` leaves.
    public static func entryBundles(from oldSize: UInt64, to newSize: UInt64) -> some Sequence<TileAddress> {
        Grown(kind: .entries, from: oldSize, to: newSize)
    }

    /// The addresses at one level, one by one: a hostile pair of sizes must not make us hold them all.
    private struct Grown: Sequence, IteratorProtocol {
        let kind: Kind
        let hashes: UInt64
        var index: UInt64

        init(kind: Kind, from oldHashes: UInt64, to newHashes: UInt64) {
            self.kind = kind
            hashes = newHashes
            // Nothing grew: begin past the end.
            index = oldHashes < newHashes ? oldHashes >> 8 : .max
        }

        mutating func next() -> TileAddress? {
            guard index <= hashes >> 8, hashes - index << 8 > 0 else { return nil }
            defer { index += 1 }
            return TileAddress(kind: kind, index: index, width: TileAddress.width(of: hashes, from: index))
        }
    }
}
