// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Which tile or entry bundle of a log, and how much of it (c2sp.org/tlog-tiles).
public struct TileAddress: Sendable, Hashable {
    /// What the addressed resource holds.
    public enum Kind: Sendable, Hashable {
        /// Hashes at a tile level: each covers 256^level leaves.
        case hashes(level: Int)
        /// The log entries themselves.
        case entries
    }

    /// The number of hashes in a full tile, and of entries in a full bundle.
    public static let fullWidth = 256

    /// The highest level that a path may name.
    public static let maximumLevel = 63

    /// What the resource holds.
    public let kind: Kind
    /// The zero-based place of the tile within its level.
    public let index: UInt64
    /// How many hashes or entries: 256 for a full one, 1 to 255 for a partial one.
    public let width: Int

    /// Throws `.tile` unless the level is 0 to 63 and the width 1 to 256.
    public init(_ kind: Kind, index: UInt64, width: Int = fullWidth) throws(TransparencyLogError) {
        guard width >= 1 && width <= Self.fullWidth else {
            throw TransparencyLogError(.tile, "a tile is 1 to 256 wide")
        }
        if case .hashes(let level) = kind, level < 0 || level > Self.maximumLevel {
            throw TransparencyLogError(.tile, "a tile level is 0 to 63")
        }
        self.init(kind: kind, index: index, width: width)
    }

    /// Without checks, for values that are in range by construction.
    init(kind: Kind, index: UInt64, width: Int) {
        self.kind = kind
        self.index = index
        self.width = width
    }

    /// Whether the tile is narrower than 256, so that a later tree may have a wider one in its place.
    public var isPartial: Bool {
        width < Self.fullWidth
    }

    /// The level of a hash tile; 0 for an entry bundle, which lines up with level 0.
    public var level: Int {
        guard case .hashes(let level) = kind else { return 0 }
        return level
    }
}
