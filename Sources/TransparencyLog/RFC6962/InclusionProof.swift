// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// That a leaf stands at an index of a tree (RFC 6962 section 2.1.1; RFC 9162 section 2.1.3).
public struct InclusionProof: Sendable, Hashable {
    /// The zero-based place of the leaf.
    public let index: UInt64
    /// The number of leaves of the tree.
    public let size: UInt64
    /// The sibling hashes from the leaf upwards.
    public let hashes: [Hash32]

    /// Takes a proof from elsewhere. Any values are accepted; ``verify(leafHash:root:)`` judges them.
    public init(index: UInt64, size: UInt64, hashes: [Hash32]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Builds the proof for the leaf at `index` of the first `size` leaves; `nil` when the index is not below the size.
    public init?<Source: HashSource>(
        index: UInt64,
        size: UInt64,
        reading source: inout Source
    ) throws(Source.Failure) {
        guard index < size else { return nil }
        var hashes: [Hash32] = []
        for sibling in LeafRange.siblings(of: TreeNode(level: 0, index: index), size: size) {
            hashes.append(try sibling.root(reading: &source))
        }
        self.init(index: index, size: size, hashes: hashes)
    }

    /// The complete subtrees whose hashes the proof is made from, for those who fetch before they compute.
    ///
    /// Empty when the index is not below the size.
    public static func nodes(index: UInt64, size: UInt64) -> [TreeNode] {
        guard index < size else { return [] }
        return LeafRange.siblings(of: TreeNode(level: 0, index: index), size: size).flatMap(\.nodes)
    }

    /// Whether the proof leads from `leafHash` to `root` (RFC 9162 section 2.1.3.2).
    public func verify(leafHash: Hash32, root: Hash32) -> ProofVerdict {
        guard index < size else { return .invalid(.indexOutOfRange) }
        var node = index
        var last = size - 1
        var hash = leafHash
        for sibling in hashes {
            guard last > 0 else { return .invalid(.wrongLength) }
            if node & 1 == 1 || node == last {
                hash = MerkleTree.nodeHash(sibling, hash)
                // Climb past the levels where a node at the right edge has no sibling.
                while node & 1 == 0 && node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { return .invalid(.wrongLength) }
        return hash == root ? .valid : .invalid(.rootMismatch)
    }
}
