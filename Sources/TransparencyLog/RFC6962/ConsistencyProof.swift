// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// That a tree only grew: the first leaves of the new tree are the old tree (RFC 6962 section 2.1.2; RFC 9162
/// section 2.1.4).
public struct ConsistencyProof: Sendable, Hashable {
    /// The number of leaves of the old tree.
    public let oldSize: UInt64
    /// The number of leaves of the new tree.
    public let newSize: UInt64
    /// The hashes, in the order of the standard.
    public let hashes: [Hash32]

    /// Takes a proof from elsewhere. Any values are accepted; ``verify(oldRoot:newRoot:)`` judges them.
    public init(oldSize: UInt64, newSize: UInt64, hashes: [Hash32]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.hashes = hashes
    }

    /// Builds the proof from `oldSize` to `newSize`; `nil` when the old tree would be the larger one.
    ///
    /// The proof is empty when the sizes are equal or the old tree is empty: there the roots alone decide.
    public init?<Source: HashSource>(
        oldSize: UInt64,
        newSize: UInt64,
        reading source: inout Source
    ) throws(Source.Failure) {
        guard oldSize <= newSize else { return nil }
        var hashes: [Hash32] = []
        for part in Self.parts(oldSize: oldSize, newSize: newSize) {
            hashes.append(try part.root(reading: &source))
        }
        self.init(oldSize: oldSize, newSize: newSize, hashes: hashes)
    }

    /// The complete subtrees whose hashes the proof is made from, for those who fetch before they compute.
    public static func nodes(oldSize: UInt64, newSize: UInt64) -> [TreeNode] {
        guard oldSize <= newSize else { return [] }
        return parts(oldSize: oldSize, newSize: newSize).flatMap(\.nodes)
    }

    private static func parts(oldSize: UInt64, newSize: UInt64) -> [LeafRange] {
        guard oldSize > 0 && oldSize < newSize else { return [] }
        // The smallest complete subtree at the old tree's right edge; the proof climbs from there.
        let level = oldSize.trailingZeroBitCount
        let node = TreeNode(level: level, index: (oldSize >> UInt64(level)) - 1)
        let siblings = LeafRange.siblings(of: node, size: newSize)
        // When that subtree is the whole old tree, the verifier has its hash already: the old root.
        guard node.index > 0 else { return siblings }
        return [LeafRange(start: node.index << UInt64(level), count: 1 << UInt64(level))] + siblings
    }

    /// Whether the tree behind `newRoot` begins with the tree behind `oldRoot` (RFC 9162 section 2.1.4.2).
    ///
    /// Stricter than the standard where it is silent: equal sizes need equal roots, and an empty old tree needs the
    /// empty root.
    public func verify(oldRoot: Hash32, newRoot: Hash32) -> ProofVerdict {
        guard oldSize <= newSize else { return .invalid(.sizesOutOfOrder) }
        if oldSize == 0 || oldSize == newSize {
            guard hashes.isEmpty else { return .invalid(.wrongLength) }
            if oldSize == 0 && oldRoot != MerkleTree.emptyRoot { return .invalid(.rootMismatch) }
            return oldSize == 0 && newSize > 0 || oldRoot == newRoot ? .valid : .invalid(.newRootMismatch)
        }
        var node = oldSize - 1
        var last = newSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        // A power of two leaves no bit: the old tree is one complete subtree and its root starts both chains.
        var rest = hashes[...]
        guard let start = node == 0 ? oldRoot : rest.popFirst() else { return .invalid(.wrongLength) }
        var old = start
        var new = start
        for hash in rest {
            guard last > 0 else { return .invalid(.wrongLength) }
            if node & 1 == 1 || node == last {
                old = MerkleTree.nodeHash(hash, old)
                new = MerkleTree.nodeHash(hash, new)
                while node & 1 == 0 && node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = MerkleTree.nodeHash(new, hash)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { return .invalid(.wrongLength) }
        guard old == oldRoot else { return .invalid(.rootMismatch) }
        return new == newRoot ? .valid : .invalid(.newRootMismatch)
    }
}
