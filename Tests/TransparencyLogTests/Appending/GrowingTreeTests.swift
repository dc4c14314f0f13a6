// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct GrowingTreeTests {
    /// Random batches past the first full tile of level 1: the tiles written are those that the specification asks
    /// for, they hold what the tree holds, and a writer restored from them goes on the same.
    @Test func randomBatches() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("GrowingTreeTests seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var tree = GrowingTree()
        var memory = MemoryTree()
        var store = TileStore()
        while tree.size < 3000 {
            let oldSize = tree.size
            let count = [0, 1, 2, 3, 255, 256, 257, Int.random(in: 0...700, using: &random)].randomElement(
                using: &random
            )
            let leaves = numberedLeaves(Int(oldSize)..<Int(oldSize) + (count ?? 1))
            for leaf in leaves { memory.append(leaf) }
            let growth = try tree.append(leafHashes: leaves)
            store.write(growth)

            #expect(growth.oldSize == oldSize && growth.newSize == memory.size && tree.size == memory.size)
            #expect(growth.root == MerkleTree.root(size: memory.size, reading: &memory), "seed \(seed)")
            #expect(growth.tiles.map(\.address) == Array(TileAddress.hashTiles(from: oldSize, to: tree.size)))
            for tile in growth.tiles {
                let row = memory.rows[8 * tile.address.level]
                let first = Int(tile.address.index) * 256
                #expect(tile.hashes[...] == row[first..<first + tile.address.width], "seed \(seed)")
            }
            tree = try GrowingTree(size: tree.size, edge: store.edge(size: tree.size).shuffled(using: &random))
            #expect(tree.root == growth.root)
        }
    }

    /// The example of the specification, large enough for three levels, with proofs read from the tiles alone.
    @Test func seventyThousandLeaves() throws {
        let leaves = numberedLeaves(0..<70_000)
        var tree = GrowingTree()
        var store = TileStore()
        for start in stride(from: 0, to: leaves.count, by: 1000) {
            store.write(try tree.append(leafHashes: Array(leaves[start..<start + 1000])))
        }
        #expect(store.rows.count == 274 + 2 + 1)
        var tiled = TiledHashes(size: 70_000, tiles: store)
        #expect(try MerkleTree.root(size: 70_000, reading: &tiled) == tree.root)
        for index in [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] as [UInt64] {
            let proof = try #require(try InclusionProof(index: index, size: 70_000, reading: &tiled))
            #expect(proof.verify(leafHash: leaves[Int(index)], root: tree.root) == .valid)
        }
        for oldSize in [1, 256, 257, 65_536, 65_537, 69_999] as [UInt64] {
            let oldRoot = try MerkleTree.root(size: oldSize, reading: &tiled)
            let proof = try #require(try ConsistencyProof(oldSize: oldSize, newSize: 70_000, reading: &tiled))
            #expect(proof.verify(oldRoot: oldRoot, newRoot: tree.root) == .valid)
            #expect(try Frontier(size: oldSize, reading: &tiled).root == oldRoot)
        }
        // An older tree is read from the same rows.
        var older = TiledHashes(size: 1234, tiles: store)
        let proof = try #require(try InclusionProof(index: 1000, size: 1234, reading: &older))
        let root = try MerkleTree.root(size: 1234, reading: &older)
        #expect(proof.verify(leafHash: leaves[1000], root: root) == .valid)
    }

    @Test func batchesDoNotMatter() throws {
        var once = GrowingTree()
        var slowly = GrowingTree()
        let commitments = (0..<300).map { LeafCommitment(salt: .random(), body: utf8("body \($0)")) }
        let growth = try once.append(commitments)
        for commitment in commitments { _ = try slowly.append([commitment]) }
        #expect(once.root == slowly.root && once.frontier == slowly.frontier)
        #expect(growth.root == once.root)
        #expect(try once.append([]).tiles.isEmpty)
    }

    /// A transaction that fails leaves the old value as it was.
    @Test func aCopyIsASnapshot() throws {
        var tree = GrowingTree()
        _ = try tree.append(leafHashes: numberedLeaves(0..<200))
        let before = tree.root
        var attempt = tree
        _ = try attempt.append(leafHashes: numberedLeaves(200..<300))
        #expect(tree.root == before && tree.size == 200)
        let growth = try tree.append(leafHashes: numberedLeaves(200..<300))
        #expect(growth.root == attempt.root)
    }

    @Test func refusesAnEdgeThatDoesNotFit() throws {
        var tree = GrowingTree()
        var store = TileStore()
        store.write(try tree.append(leafHashes: numberedLeaves(0..<700)))
        let edge = try store.edge(size: 700)
        #expect(edge.count == 2)
        for tiles in [[], Array(edge.dropLast()), edge + edge, [edge[0], edge[0]]] {
            #expect(throws: TransparencyLogError.self) { try GrowingTree(size: 700, edge: tiles) }
        }
        #expect(throws: TransparencyLogError.self) { try GrowingTree(size: 701, edge: edge) }
        #expect(throws: TransparencyLogError.self) { try GrowingTree(size: 0, edge: edge) }
        #expect(try GrowingTree(size: 700, edge: edge).root == tree.root)
    }

    /// At the largest size there is, growth is an error and the tree stays whole.
    @Test func theLastLeaf() throws {
        let tiles = try TileAddress.rightEdge(size: .max).map {
            try HashTile($0, hashes: Array(repeating: Hash32(), count: $0.width))
        }
        var tree = try GrowingTree(size: .max, edge: tiles)
        let root = tree.root
        #expect(throws: TransparencyLogError.self) { try tree.append(leafHashes: numberedLeaves(0..<1)) }
        #expect(tree.root == root && tree.size == .max)
        #expect(try tree.append(leafHashes: []).root == root)
    }

    @Test func readingReportsWhatIsWrong() throws {
        var tree = GrowingTree()
        _ = try tree.append(leafHashes: numberedLeaves(0..<700))
        var empty = TiledHashes(size: 700, tiles: TileStore())
        #expect(throws: TileReadFailure<TileStore.Missing>.self) { try empty.hash(of: TreeNode(level: 0, index: 0)) }
        #expect(throws: TileReadFailure<TileStore.Missing>.self) { try empty.hash(of: TreeNode(level: 0, index: 700)) }
        var lying = TiledHashes(size: 700, tiles: OneTile())
        #expect(throws: TileReadFailure<Never>.self) { try lying.hash(of: TreeNode(level: 0, index: 699)) }
        #expect(try lying.hash(of: TreeNode(level: 1, index: 0)) == MerkleTree.nodeHash(Hash32(), Hash32()))
    }

    /// Answers every question with the first tile.
    private struct OneTile: TileSource {
        func tile(at address: TileAddress) -> HashTile {
            guard let first = try? TileAddress(.hashes(level: 0), index: 0),
                let tile = try? HashTile(first, hashes: Array(repeating: Hash32(), count: 256))
            else { preconditionFailure("a full tile has 256 hashes") }
            return tile
        }
    }
}
