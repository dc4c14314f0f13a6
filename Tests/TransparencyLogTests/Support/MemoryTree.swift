// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Every complete subtree of a tree, level by level.
struct MemoryTree: HashSource {
    private(set) var rows: [[Hash32]] = [[]]

    init(_ leafHashes: some Sequence<Hash32> = []) {
        for hash in leafHashes { append(hash) }
    }

    var size: UInt64 {
        UInt64(rows[0].count)
    }

    mutating func append(_ leafHash: Hash32) {
        var hash = leafHash
        var level = 0
        while true {
            if rows.count == level { rows.append([]) }
            rows[level].append(hash)
            guard rows[level].count % 2 == 0 else { return }
            hash = MerkleTree.nodeHash(rows[level][rows[level].count - 2], hash)
            level += 1
        }
    }

    func hash(of node: TreeNode) -> Hash32 {
        rows[node.level][Int(node.index)]
    }
}

/// Leaves that differ: the hash of the index in decimal.
func numberedLeaves(_ range: Range<Int>) -> [Hash32] {
    range.map { MerkleTree.leafHash(of: utf8("leaf \($0)")) }
}
