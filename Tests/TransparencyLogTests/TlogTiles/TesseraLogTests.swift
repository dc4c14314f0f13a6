// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

/// A log that Tessera wrote: fifteen entries, with every tile, bundle and checkpoint on the way.
@Suite(.enabled(if: SharedData.isPresent, SharedData.missing))
struct TesseraLogTests {
    private let folder = "tessera-testlog/"
    private let key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

    @Test func everyTileBundleAndCheckpointIsRebuilt() throws {
        let verifier = try CheckpointVerifier(
            origin: "example.com/log/testdata",
            logKeys: [try VerifierKey(key)]
        )
        let all = try EntryBundle(bytes: SharedData.bytes(folder + "tile/entries/000.p/15"), width: 15)
        var tree = GrowingTree()
        var memory = MemoryTree()
        var roots: [Hash32] = []
        for size in 0...15 {
            let bytes = try SharedData.bytes(folder + "checkpoint.\(size)")
            let note = try SignedNote(parsing: bytes)
            let checkpoint = try #require(verifier.verify(note).checkpoint).checkpoint
            #expect(note.bytes == bytes)
            #expect(checkpoint.size == UInt64(size))
            #expect(checkpoint.root == tree.root)
            roots.append(tree.root)
            for old in 0...size {
                let proof = try #require(
                    ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), reading: &memory)
                )
                #expect(proof.verify(oldRoot: roots[old], newRoot: checkpoint.root) == .valid)
            }
            guard size < 15 else { break }
            let leaf = all.leafHashes[size]
            memory.append(leaf)
            for tile in try tree.append(leafHashes: [leaf]).tiles {
                #expect(tile.bytes == (try SharedData.bytes(folder + tile.address.path)))
            }
            let width = size + 1
            let bundle = try EntryBundle(entries: Array(all.entries[..<width]))
            #expect(bundle.bytes == (try SharedData.bytes(folder + "tile/entries/000.p/\(width)")))
        }
        #expect(try SharedData.bytes(folder + "checkpoint") == SharedData.bytes(folder + "checkpoint.15"))
    }
}
