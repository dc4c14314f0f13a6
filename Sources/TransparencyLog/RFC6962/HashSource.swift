// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where proofs and roots read the hashes of complete subtrees: tiles, a database, memory.
///
/// Reading may be `mutating`, so that a source can keep what it has fetched.
public protocol HashSource {
    /// What reading may throw; `Never` for memory.
    associatedtype Failure: Error

    /// The Merkle tree hash of the complete subtree at `node`.
    mutating func hash(of node: TreeNode) throws(Failure) -> Hash32
}

extension MerkleTree {
    /// The root of the first `size` leaves, from at most 64 hashes of `source`.
    public static func root<Source: HashSource>(
        size: UInt64,
        reading source: inout Source
    ) throws(Source.Failure) -> Hash32 {
        try LeafRange(start: 0, count: size).root(reading: &source)
    }
}
