// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

/// Sizes, indexes and lengths that no honest log has. Nothing may trap; nothing may pass.
struct HostileProofTests {
    private static let sizes: [UInt64] = [
        0, 1, 2, 3, 255, 256, 1 << 32, 1 << 62, .max >> 1, 1 << 63, (1 << 63) + 1, .max - 1, .max,
    ]
    private static let lengths = [0, 1, 2, 31, 62, 63, 64, 65, 128, 1000]

    @Test(arguments: sizes)
    func inclusion(_ size: UInt64) {
        let zero = Hash32()
        for index in Self.sizes {
            for length in Self.lengths {
                let proof = InclusionProof(
                    index: index,
                    size: size,
                    hashes: Array(repeating: zero, count: length)
                )
                let verdict = proof.verify(leafHash: zero, root: MerkleTree.emptyRoot)
                #expect(!verdict.isValid)
                if index >= size { #expect(verdict == .invalid(.indexOutOfRange)) }
                if length > 64, index < size { #expect(verdict == .invalid(.wrongLength)) }
            }
        }
    }

    @Test(arguments: sizes)
    func consistency(_ newSize: UInt64) {
        let zero = Hash32()
        for oldSize in Self.sizes {
            for length in Self.lengths {
                let proof = ConsistencyProof(
                    oldSize: oldSize,
                    newSize: newSize,
                    hashes: Array(repeating: zero, count: length)
                )
                let verdict = proof.verify(oldRoot: zero, newRoot: MerkleTree.emptyRoot)
                #expect(!verdict.isValid)
                if oldSize > newSize { #expect(verdict == .invalid(.sizesOutOfOrder)) }
            }
        }
    }

    @Test(arguments: sizes)
    func plansStayShort(_ size: UInt64) {
        for other in Self.sizes {
            #expect(InclusionProof.nodes(index: other, size: size).count <= 128)
            #expect(ConsistencyProof.nodes(oldSize: other, newSize: size).count <= 130)
            #expect(InclusionProof.nodes(index: other, size: size).isEmpty == (other >= size || size == 1))
            for node in InclusionProof.nodes(index: other, size: size) {
                #expect(TileAddress(holding: node, size: size) != nil)
            }
        }
    }

    /// The verdict on the edges that the standard leaves to the reader.
    @Test func emptyAndEqualTrees() {
        let root = numberedLeaves(0..<1)[0]
        let empty = MerkleTree.emptyRoot
        func verdict(_ old: UInt64, _ new: UInt64, _ oldRoot: Hash32, _ newRoot: Hash32) -> ProofVerdict {
            ConsistencyProof(oldSize: old, newSize: new, hashes: []).verify(oldRoot: oldRoot, newRoot: newRoot)
        }
        #expect(verdict(0, 0, empty, empty) == .valid)
        #expect(verdict(0, 0, empty, root) == .invalid(.newRootMismatch))
        #expect(verdict(0, 1, empty, root) == .valid)
        #expect(verdict(0, 1, root, root) == .invalid(.rootMismatch))
        #expect(verdict(1, 1, root, root) == .valid)
        #expect(verdict(1, 1, root, empty) == .invalid(.newRootMismatch))
        #expect(verdict(1, 2, root, empty) == .invalid(.wrongLength))
        let padded = ConsistencyProof(oldSize: 1, newSize: 1, hashes: [root])
        #expect(padded.verify(oldRoot: root, newRoot: root) == .invalid(.wrongLength))
    }

    @Test func frontierRefusesWhatDoesNotFit() throws {
        #expect(throws: TransparencyLogError.self) { try Frontier(size: 3, hashes: [Hash32()]) }
        #expect(throws: TransparencyLogError.self) { try Frontier(size: 0, hashes: [Hash32()]) }
        var full = try Frontier(size: .max, hashes: Array(repeating: Hash32(), count: 64))
        #expect(throws: TransparencyLogError.self) { try full.append(Hash32()) }
        #expect(full.size == .max)
    }
}
