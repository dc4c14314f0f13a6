// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

/// Proofs over every size up to 600, held against the definitions of the standard and against tampering.
struct ProofPropertyTests {
    private static let leaves = numberedLeaves(0..<600)
    private static let tree = MemoryTree(leaves)
    private static let roots: [Hash32] = {
        var reading = tree
        return (0...600).map { MerkleTree.root(size: UInt64($0), reading: &reading) }
    }()

    @Test func rootsFollowTheDefinition() throws {
        var frontier = Frontier()
        for size in 0...600 {
            #expect(Self.roots[size] == ReferenceTree.root(Self.leaves[..<size]))
            #expect(frontier.root == Self.roots[size])
            var tree = Self.tree
            #expect(Frontier(size: UInt64(size), reading: &tree) == frontier)
            if size < 600 { try frontier.append(Self.leaves[size]) }
        }
    }

    @Test func proofsFollowTheDefinition() {
        var tree = Self.tree
        for size in 1...40 {
            let leaves = Self.leaves[..<size]
            for index in 0..<size {
                let proof = InclusionProof(index: UInt64(index), size: UInt64(size), reading: &tree)
                #expect(proof?.hashes == ReferenceTree.path(index, leaves))
            }
            for oldSize in 1...size {
                let proof = ConsistencyProof(oldSize: UInt64(oldSize), newSize: UInt64(size), reading: &tree)
                #expect(proof?.hashes == ReferenceTree.proof(oldSize, leaves))
            }
        }
    }

    @Test(arguments: [0..<250, 250..<400, 400..<510, 510..<601])
    func inclusionAtEverySize(_ sizes: Range<Int>) throws {
        var tree = Self.tree
        for size in sizes {
            #expect(InclusionProof(index: UInt64(size), size: UInt64(size), reading: &tree) == nil)
            for index in 0..<size {
                let proof = try #require(InclusionProof(index: UInt64(index), size: UInt64(size), reading: &tree))
                let verdict = proof.verify(leafHash: Self.leaves[index], root: Self.roots[size])
                guard verdict == .valid else {
                    Issue.record("index \(index) of \(size): \(verdict)")
                    return
                }
            }
        }
    }

    @Test(arguments: [0..<250, 250..<400, 400..<510, 510..<601])
    func consistencyAtEverySize(_ sizes: Range<Int>) throws {
        var tree = Self.tree
        for size in sizes {
            #expect(ConsistencyProof(oldSize: UInt64(size) + 1, newSize: UInt64(size), reading: &tree) == nil)
            for old in 0...size {
                let proof = try #require(ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), reading: &tree))
                let verdict = proof.verify(oldRoot: Self.roots[old], newRoot: Self.roots[size])
                guard verdict == .valid else {
                    Issue.record("\(old) to \(size): \(verdict)")
                    return
                }
            }
        }
    }

    @Test(arguments: [(0, 2), (5, 6), (63, 64), (64, 65), (40, 100), (255, 257), (599, 600)])
    func everyBitOfAnInclusionProofCounts(_ index: Int, _ size: Int) throws {
        var tree = Self.tree
        let proof = try #require(InclusionProof(index: UInt64(index), size: UInt64(size), reading: &tree))
        let leaf = Self.leaves[index]
        let root = Self.roots[size]
        for bit in 0..<256 {
            for position in proof.hashes.indices {
                var hashes = proof.hashes
                hashes[position] = flip(bit, of: hashes[position])
                let bad = InclusionProof(index: UInt64(index), size: UInt64(size), hashes: hashes)
                #expect(bad.verify(leafHash: leaf, root: root) == .invalid(.rootMismatch))
            }
            #expect(proof.verify(leafHash: flip(bit, of: leaf), root: root) == .invalid(.rootMismatch))
            #expect(proof.verify(leafHash: leaf, root: flip(bit, of: root)) == .invalid(.rootMismatch))
        }
        for other in 0..<size where other != index {
            let bad = InclusionProof(index: UInt64(other), size: UInt64(size), hashes: proof.hashes)
            #expect(!bad.verify(leafHash: leaf, root: root).isValid)
        }
        for hashes in reshaped(proof.hashes) {
            let bad = InclusionProof(index: UInt64(index), size: UInt64(size), hashes: hashes)
            #expect(!bad.verify(leafHash: leaf, root: root).isValid)
        }
    }

    @Test(arguments: [(1, 2), (3, 7), (4, 8), (64, 100), (63, 300), (255, 256), (256, 600), (599, 600)])
    func everyBitOfAConsistencyProofCounts(_ old: Int, _ size: Int) throws {
        var tree = Self.tree
        let proof = try #require(ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), reading: &tree))
        for bit in 0..<256 {
            for position in proof.hashes.indices {
                var hashes = proof.hashes
                hashes[position] = flip(bit, of: hashes[position])
                let bad = ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), hashes: hashes)
                #expect(!bad.verify(oldRoot: Self.roots[old], newRoot: Self.roots[size]).isValid)
            }
            let otherOld = proof.verify(oldRoot: flip(bit, of: Self.roots[old]), newRoot: Self.roots[size])
            #expect(!otherOld.isValid)
            let otherNew = proof.verify(oldRoot: Self.roots[old], newRoot: flip(bit, of: Self.roots[size]))
            #expect(otherNew == .invalid(.newRootMismatch))
        }
        for hashes in reshaped(proof.hashes) {
            let bad = ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), hashes: hashes)
            #expect(!bad.verify(oldRoot: Self.roots[old], newRoot: Self.roots[size]).isValid)
        }
        for other in 0...600 where other != old {
            let bad = ConsistencyProof(oldSize: UInt64(other), newSize: UInt64(size), hashes: proof.hashes)
            #expect(!bad.verify(oldRoot: Self.roots[old], newRoot: Self.roots[size]).isValid)
        }
    }

    private func flip(_ bit: Int, of hash: Hash32) -> Hash32 {
        var bytes = hash.bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return Hash32(bytes: bytes) ?? hash
    }

    /// The same hashes, shortened, lengthened and in another order.
    private func reshaped(_ hashes: [Hash32]) -> [[Hash32]] {
        var shapes = [hashes + [Hash32()], [Hash32()] + hashes, hashes + hashes, hashes + hashes.suffix(1)]
        if !hashes.isEmpty { shapes += [Array(hashes.dropLast()), Array(hashes.dropFirst())] }
        if hashes.count > 1 { shapes.append(hashes.reversed()) }
        return shapes.filter { $0 != hashes }
    }
}
