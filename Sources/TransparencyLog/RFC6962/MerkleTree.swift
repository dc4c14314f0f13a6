// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The Merkle tree hash of RFC 6962 section 2.1 with SHA-256.
///
/// Leaves and inner nodes are hashed under different prefixes, so that no inner node can pass for a leaf.
public enum MerkleTree {
    /// The root of a tree without leaves: SHA-256 of nothing.
    public static let emptyRoot = Hash32(SHA256().finalize())

    /// The hash of one leaf: SHA-256(0x00 || data).
    public static func leafHash(of data: Span<UInt8>) -> Hash32 {
        Hash32(hashing: [0x00], data)
    }

    /// The hash of one leaf: SHA-256(0x00 || data).
    public static func leafHash(of data: [UInt8]) -> Hash32 {
        leafHash(of: data.span)
    }

    /// The hash of one leaf whose data are 32 bytes.
    static func leafHash(of data: Hash32) -> Hash32 {
        unsafe withUnsafeTemporaryAllocation(byteCount: 33, alignment: 8) { buffer in
            unsafe buffer[0] = 0x00
            unsafe data.store(into: buffer, at: 1)
            return unsafe sha256(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The hash of an inner node: SHA-256(0x01 || left || right).
    public static func nodeHash(_ left: Hash32, _ right: Hash32) -> Hash32 {
        // One buffer and one update: this is the hot path of every append and proof.
        unsafe withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            unsafe buffer[0] = 0x01
            unsafe left.store(into: buffer, at: 1)
            unsafe right.store(into: buffer, at: 33)
            return unsafe sha256(UnsafeRawBufferPointer(buffer))
        }
    }

    private static func sha256(_ buffer: UnsafeRawBufferPointer) -> Hash32 {
        var hasher = SHA256()
        unsafe hasher.update(bufferPointer: buffer)
        return Hash32(hasher.finalize())
    }

    /// The root over complete subtrees that stand side by side, each larger than the next; `nil` without any.
    static func join(_ hashes: some BidirectionalCollection<Hash32>) -> Hash32? {
        guard var root = hashes.last else { return nil }
        for left in hashes.dropLast().reversed() {
            root = nodeHash(left, root)
        }
        return root
    }
}
