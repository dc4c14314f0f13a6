// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

/// Trees and proofs made by another implementation, good and bad.
@Suite(.enabled(if: SharedData.isPresent, SharedData.missing))
struct MerkleVectorTests {
    private struct Inclusion: Decodable {
        let Size: UInt64
        let Index: UInt64
        let LeafHash: String
        let Root: String
        let Proof: [String]?
        let Valid: Bool
        let Why: String?
    }

    private struct Consistency: Decodable {
        let Size1: UInt64
        let Size2: UInt64
        let Root1: String
        let Root2: String
        let Proof: [String]?
        let Valid: Bool
        let Why: String?
    }

    @Test func rootsOfEverySize() throws {
        let expected = try SharedData.decode([String: String].self, from: "roots_by_size.json")
        let leaves = try SharedData.leaves()
        var frontier = Frontier()
        for size in 0...leaves.count {
            #expect(frontier.root.base64 == expected[String(size)], "size \(size)")
            if size < leaves.count { try frontier.append(MerkleTree.leafHash(of: leaves[size])) }
        }
        #expect(expected.count == 601)
    }

    @Test func inclusion() throws {
        let cases = try SharedData.decode([Inclusion].self, from: "inclusion.json")
        for (number, vector) in cases.enumerated() {
            let proof = InclusionProof(
                index: vector.Index,
                size: vector.Size,
                hashes: try (vector.Proof ?? []).map(hash32)
            )
            let verdict = proof.verify(leafHash: try hash32(vector.LeafHash), root: try hash32(vector.Root))
            #expect(verdict.isValid == vector.Valid, "case \(number): \(vector.Why ?? "good"), \(verdict)")
        }
        #expect(cases.count == 800)
    }

    @Test func inclusionProofsAreTheSame() throws {
        var tree = MemoryTree(try SharedData.leaves().map { MerkleTree.leafHash(of: $0) })
        for vector in try SharedData.decode([Inclusion].self, from: "inclusion.json") where vector.Valid {
            let proof = try #require(InclusionProof(index: vector.Index, size: vector.Size, reading: &tree))
            #expect(proof.hashes.map(\.base64) == vector.Proof ?? [])
        }
    }

    @Test func consistency() throws {
        let cases = try SharedData.decode([Consistency].self, from: "consistency.json")
        for (number, vector) in cases.enumerated() {
            let proof = ConsistencyProof(
                oldSize: vector.Size1,
                newSize: vector.Size2,
                hashes: try (vector.Proof ?? []).map(hash32)
            )
            let verdict = proof.verify(oldRoot: try hash32(vector.Root1), newRoot: try hash32(vector.Root2))
            #expect(verdict.isValid == vector.Valid, "case \(number): \(vector.Why ?? "good"), \(verdict)")
        }
        #expect(cases.count == 600)
    }

    @Test func consistencyProofsAreTheSame() throws {
        var tree = MemoryTree(try SharedData.leaves().map { MerkleTree.leafHash(of: $0) })
        for vector in try SharedData.decode([Consistency].self, from: "consistency.json") where vector.Valid {
            let proof = try #require(
                ConsistencyProof(oldSize: vector.Size1, newSize: vector.Size2, reading: &tree)
            )
            #expect(proof.hashes.map(\.base64) == vector.Proof ?? [])
        }
    }
}
