// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct BundleTests {
    @Test func entriesComeBack() throws {
        let entries = [[], [1], [UInt8](repeating: 7, count: 65_535), utf8("four")]
        let bundle = try EntryBundle(entries: entries)
        #expect(try EntryBundle(bytes: bundle.bytes, width: 4) == bundle)
        #expect(bundle.bytes.prefix(5) == [0, 0, 0, 1, 1])
        #expect(bundle.leafHashes == entries.map { MerkleTree.leafHash(of: $0) })
    }

    @Test func boundsOfEntries() {
        #expect(throws: TransparencyLogError.self) { try EntryBundle(entries: []) }
        #expect(throws: TransparencyLogError.self) { try EntryBundle(entries: Array(repeating: [], count: 257)) }
        #expect(throws: TransparencyLogError.self) {
            try EntryBundle(entries: [[UInt8](repeating: 0, count: 65_536)])
        }
        #expect(throws: Never.self) { try EntryBundle(entries: Array(repeating: [], count: 256)) }
    }

    @Test(
        arguments: [
            ([], 1), ([], 0), ([0], 1), ([0, 1], 1), ([0, 2, 9], 1), ([0, 1, 9], 2), ([0, 1, 9], 0), ([0, 1, 9, 0], 1),
            ([0, 1, 9, 0, 0], 1), ([0xFF, 0xFF, 1], 1), ([0, 0], -1),
        ] as [([UInt8], Int)]
    )
    func malformed(_ bytes: [UInt8], _ width: Int) {
        #expect(throws: TransparencyLogError.self) { try EntryBundle(bytes: bytes, width: width) }
    }

    @Test func commitmentsComeBack() throws {
        var random = SeededGenerator(seed: 1)
        let commitments = (0..<256).map { LeafCommitment(salt: .random(using: &random), body: utf8("body \($0)")) }
        let bundle = try EntryBundle(commitments: commitments)
        #expect(bundle.bytes.count == 256 * 34)
        #expect(try EntryBundle(bytes: bundle.bytes, width: 256).commitments() == commitments)
        #expect(bundle.leafHashes == commitments.map(\.leafHash))
        let mixed = try EntryBundle(entries: [commitments[0].entry, [1, 2]])
        #expect(throws: TransparencyLogError.self) { try mixed.commitments() }
    }

    @Test func tilesAreStrict() throws {
        let address = try TileAddress(.hashes(level: 0), index: 0, width: 3)
        let tile = try HashTile(address, hashes: numberedLeaves(0..<3))
        #expect(try HashTile(address, bytes: tile.bytes) == tile)
        for bytes in [[], Array(tile.bytes.dropLast()), tile.bytes + [0], tile.bytes + tile.bytes] {
            #expect(throws: TransparencyLogError.self) { try HashTile(address, bytes: bytes) }
        }
        #expect(try HashTile(address, prefixOf: tile.bytes + [1, 2]) == tile)
        #expect(throws: TransparencyLogError.self) { try HashTile(address, prefixOf: Array(tile.bytes.dropLast())) }
        #expect(throws: TransparencyLogError.self) { try HashTile(address, hashes: numberedLeaves(0..<2)) }
        let entries = try TileAddress(.entries, index: 0, width: 3)
        #expect(throws: TransparencyLogError.self) { try HashTile(entries, bytes: tile.bytes) }
        #expect(tile.hash(of: TreeNode(level: 1, index: 0)) != nil)
        #expect(tile.hash(of: TreeNode(level: 1, index: 1)) == nil)
        #expect(tile.hash(of: TreeNode(level: 8, index: 0)) == nil)
        #expect(tile.hash(of: TreeNode(level: 0, index: 256)) == nil)
        #expect(tile.hash(of: TreeNode(level: -1, index: 0)) == nil)
        for (level, index, width) in [(64, 0, 1), (-1, 0, 1), (0, 0, 0), (0, 0, 257)] as [(Int, UInt64, Int)] {
            #expect(throws: TransparencyLogError.self) {
                try TileAddress(.hashes(level: level), index: index, width: width)
            }
        }
    }
}
