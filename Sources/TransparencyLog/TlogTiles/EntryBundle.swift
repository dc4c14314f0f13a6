// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Up to 256 neighbouring log entries (c2sp.org/tlog-tiles, "Log entries").
public struct EntryBundle: Sendable, Hashable {
    /// The longest entry that the 16-bit length prefix can carry.
    public static let maximumEntryLength = 65_535

    /// The entries, from the left.
    public let entries: [[UInt8]]

    /// Throws `.tile` unless there are 1 to 256 entries of at most 65,535 bytes each.
    public init(entries: [[UInt8]]) throws(TransparencyLogError) {
        guard entries.count >= 1 && entries.count <= TileAddress.fullWidth else {
            throw TransparencyLogError(.tile, "a bundle has 1 to 256 entries")
        }
        guard entries.allSatisfy({ $0.count <= Self.maximumEntryLength }) else {
            throw TransparencyLogError(.tile, "an entry is longer than 65535 bytes")
        }
        self.entries = entries
    }

    /// Decodes a bundle of exactly `width` entries. Throws `.tile` for fewer, more, or bytes left over.
    public init(bytes: [UInt8], width: Int) throws(TransparencyLogError) {
        var entries: [[UInt8]] = []
        var offset = 0
        while offset < bytes.count {
            guard entries.count < width else {
                throw TransparencyLogError(.tile, "the bundle is longer than its entries", at: offset)
            }
            guard bytes.count - offset >= 2 else {
                throw TransparencyLogError(.tile, "the bundle ends within a length", at: offset)
            }
            let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            guard bytes.count - offset - 2 >= length else {
                throw TransparencyLogError(.tile, "the bundle ends within an entry", at: offset)
            }
            entries.append(Array(bytes[offset + 2..<offset + 2 + length]))
            offset += 2 + length
        }
        guard entries.count == width else {
            throw TransparencyLogError(.tile, "the bundle has fewer entries than its width", at: offset)
        }
        try self.init(entries: entries)
    }

    /// The bytes to serve: each entry behind its length in two bytes, the higher first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.count })
        for entry in entries {
            bytes.append(UInt8(entry.count >> 8))
            bytes.append(UInt8(entry.count & 0xFF))
            bytes += entry
        }
        return bytes
    }

    /// What the level-0 tile beside this bundle must hold.
    public var leafHashes: [Hash32] {
        entries.map { MerkleTree.leafHash(of: $0) }
    }
}
