// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Leaves that form one subtree of some tree: `start` is a multiple of the smallest power of two that is not less
/// than `count`, so the range splits into complete subtrees, the largest first (RFC 6962 section 2.1).
struct LeafRange: Hashable {
    let start: UInt64
    let count: UInt64

    var nodes: [TreeNode] {
        var nodes: [TreeNode] = []
        var start = start
        var left = count
        while left > 0 {
            let level = 63 - left.leadingZeroBitCount
            nodes.append(TreeNode(level: level, index: start >> UInt64(level)))
            start &+= 1 << UInt64(level)
            left -= 1 << UInt64(level)
        }
        return nodes
    }

    func root<Source: HashSource>(reading source: inout Source) throws(Source.Failure) -> Hash32 {
        var hashes: [Hash32] = []
        for node in nodes {
            hashes.append(try source.hash(of: node))
        }
        return MerkleTree.join(hashes) ?? MerkleTree.emptyRoot
    }

    /// The siblings on the way from a node up to the root of a tree of `size` leaves, lowest first
    /// (PATH of RFC 6962 section 2.1.1). The node must lie in the tree.
    static func siblings(of node: TreeNode, size: UInt64) -> [LeafRange] {
        var siblings: [LeafRange] = []
        var level = UInt64(node.level)
        var index = node.index
        var last = (size - 1) >> level
        while last > 0 {
            if index & 1 == 1 {
                siblings.append(LeafRange(start: (index - 1) << level, count: 1 << level))
            } else if index < last {
                let start = (index + 1) << level
                siblings.append(LeafRange(start: start, count: min(1 << level, size - start)))
            }
            // An even index at the right edge has no sibling here: the node is carried up unhashed.
            index >>= 1
            last >>= 1
            level += 1
        }
        return siblings
    }
}
