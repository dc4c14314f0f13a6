// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The place of a complete subtree: the `index`-th of those with 2^`level` leaves, from the left, counting from zero.
///
/// Level 0 is the leaves. A node covers the leaves from `index << level` up to, not including,
/// `(index + 1) << level`.
public struct TreeNode: Sendable, Hashable {
    /// The height of the subtree: 0 for a leaf, at most 63.
    public let level: Int
    /// How many subtrees of the same height stand to the left.
    public let index: UInt64

    /// Makes the place of the `index`-th subtree of height `level`.
    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }
}
