// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What one batch of appended leaves changed, for the store to write in one transaction.
public struct TreeGrowth: Sendable, Hashable {
    /// The number of leaves before.
    public let oldSize: UInt64
    /// The number of leaves after.
    public let newSize: UInt64
    /// The root after.
    public let root: Hash32
    /// Every tile that grew, by level and index: the full ones, and at most one partial one for each level.
    ///
    /// A tile replaces what the store holds at the same level and index: there may be a narrower one.
    public let tiles: [HashTile]
}
