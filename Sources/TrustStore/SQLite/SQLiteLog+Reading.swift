// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

extension SQLiteLog {
    /// The leaves of a range, in order; fewer when the log ends before. They are all in memory at once, so ask for as
    /// many as you want to hold.
    public func leaves(_ range: Range<UInt64>) throws(StoreError) -> [StoredLeaf] {
        try file.read { db in try StoredLeaves(db: db).leaves(range, size: try SQLiteHead.size(db)) }
    }

    /// The hash tile's bytes, exactly `width` hashes; nil when the log has no such tile. The narrower forms of a tile
    /// that has grown since are still served.
    public func tile(level: Int, index: UInt64, width: Int) throws(StoreError) -> [UInt8]? {
        guard let address = try? TileAddress(.hashes(level: level), index: index, width: width), level < 8 else {
            return nil
        }
        return try file.read { db in
            let hashes = try SQLiteHead.size(db) >> UInt64(8 * level)
            guard index <= hashes >> 8, UInt64(width) <= hashes - index << 8 else { return nil }
            return try StoredTiles(db: db).tile(at: address).bytes
        }
    }

    /// The entry bundle's bytes, exactly `width` commitments; nil when the log has no such bundle.
    public func bundle(index: UInt64, width: Int) throws(StoreError) -> [UInt8]? {
        guard (1...TileAddress.fullWidth).contains(width) else { return nil }
        return try file.read { db in
            let size = try SQLiteHead.size(db)
            guard index <= size >> 8, UInt64(width) <= size - index << 8 else { return nil }
            let first = index << 8
            let commitments = try StoredLeaves(db: db).commitments(first..<first + UInt64(width))
            return try EntryBundle(commitments: commitments).bytes
        }
    }

    /// The proof that leaf `index` is in the tree of `size` (RFC 6962 section 2.1.1). Throws `.range` when the log is
    /// smaller, or the tree does not have the leaf.
    public func inclusionProof(index: UInt64, size: UInt64) throws(StoreError) -> [Hash32] {
        try withTree(of: size) { hashes throws(TileReadFailure<StoreError>) in
            try InclusionProof(index: index, size: size, reading: &hashes)?.hashes
        }
    }

    /// The proof that the tree of `old` leaves is a prefix of that of `new` (RFC 6962 section 2.1.2). Throws `.range`
    /// when the log is smaller, or the sizes are out of order.
    public func consistencyProof(old: UInt64, new: UInt64) throws(StoreError) -> [Hash32] {
        try withTree(of: new) { hashes throws(TileReadFailure<StoreError>) in
            try ConsistencyProof(oldSize: old, newSize: new, reading: &hashes)?.hashes
        }
    }

    private func withTree(
        of size: UInt64,
        _ body: (inout TiledHashes<StoredTiles>) throws(TileReadFailure<StoreError>) -> [Hash32]?
    ) throws(StoreError) -> [Hash32] {
        try file.read { db in
            guard size <= (try SQLiteHead.size(db)) else {
                throw StoreError(.range, "the log does not have that many leaves")
            }
            var hashes = TiledHashes(size: size, tiles: StoredTiles(db: db))
            let proof: [Hash32]?
            do throws(TileReadFailure<StoreError>) {
                proof = try body(&hashes)
            } catch {
                switch error {
                case .source(let error): throw error
                case .tree(let error): throw StoreError(error)
                }
            }
            guard let proof else { throw StoreError(.range, "there is no proof between these sizes") }
            return proof
        }
    }
}
