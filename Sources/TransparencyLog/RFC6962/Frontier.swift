// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The complete subtrees that make up a tree, the largest first: all that appending leaves and computing roots needs.
///
/// There is one hash for each set bit of the size, so at most 64.
public struct Frontier: Sendable, Hashable {
    /// The number of leaves.
    public private(set) var size: UInt64
    /// One hash for each set bit of the size, for the highest bit first.
    public private(set) var hashes: [Hash32]

    /// The empty tree.
    public init() {
        size = 0
        hashes = []
    }

    /// Takes up a tree of `size` leaves; throws `.tree` unless there is one hash for each set bit of the size.
    public init(size: UInt64, hashes: [Hash32]) throws(TransparencyLogError) {
        guard hashes.count == size.nonzeroBitCount else {
            throw TransparencyLogError(.tree, "a frontier has one hash for each set bit of the tree size")
        }
        self.size = size
        self.hashes = hashes
    }

    /// Reads the frontier of the first `size` leaves from `source`.
    public init<Source: HashSource>(size: UInt64, reading source: inout Source) throws(Source.Failure) {
        var hashes: [Hash32] = []
        for node in LeafRange(start: 0, count: size).nodes {
            hashes.append(try source.hash(of: node))
        }
        self.size = size
        self.hashes = hashes
    }

    /// The root of the tree, from at most 63 node hashes.
    public var root: Hash32 {
        MerkleTree.join(hashes) ?? MerkleTree.emptyRoot
    }

    /// Appends one leaf by its hash: one node hash on average. Throws `.tree` when the size would exceed 64 bits.
    public mutating func append(_ leafHash: Hash32) throws(TransparencyLogError) {
        guard size < .max else { throw TransparencyLogError(.tree, "the tree cannot grow any further") }
        append(leafHash) { _, _ in }
    }

    /// Appends one leaf and reports each subtree that it completes, the leaf itself first.
    ///
    /// The caller has checked that the size can grow.
    mutating func append(_ leafHash: Hash32, completed: (_ node: TreeNode, _ hash: Hash32) -> Void) {
        var node = TreeNode(level: 0, index: size)
        var hash = leafHash
        completed(node, hash)
        // Each trailing set bit of the size is a finished left sibling that waits for this right one.
        while node.index & 1 == 1, let left = hashes.popLast() {
            hash = MerkleTree.nodeHash(left, hash)
            node = TreeNode(level: node.level + 1, index: node.index >> 1)
            completed(node, hash)
        }
        hashes.append(hash)
        size += 1
    }
}
