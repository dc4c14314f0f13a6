// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TransparencyLog

@testable import SafeconductCommand

@Suite("Verifying logs")
struct LogVerificationTests {
    private static func commitment(_ index: Int) -> [UInt8] {
        LeafCommitment(
            salt: LeafSalt(bytes: [UInt8](repeating: 7, count: 32)) ?? .random(),
            body: Array("\(index)".utf8)
        ).entry
    }

    private static func bundles(_ addresses: [TileAddress]) throws -> [EntryBundle] {
        try addresses.map { address in
            try EntryBundle(entries: (0..<address.width).map { commitment(Int(address.index) * 256 + $0) })
        }
    }

    private static func tree(_ size: Int) throws -> (tree: GrowingTree, growth: TreeGrowth) {
        var tree = GrowingTree()
        let growth = try tree.append(leafHashes: (0..<size).map { MerkleTree.leafHash(of: commitment($0)) })
        return (tree, growth)
    }

    @Test(
        "A log built again has the root, the tiles and the earlier root",
        arguments: [0, 1, 255, 256, 257, 1000, 5000]
    )
    func rebuild(size: Int) throws {
        let whole = try Self.tree(size)
        for watched in Set([0, 1, 255, 256, 300, size - 1, size]).filter({ $0 >= 0 && $0 <= size }) {
            var rebuild = LogRebuild(size: UInt64(size), watching: UInt64(watched))
            var full: [HashTile] = []
            while !rebuild.nextBundles.isEmpty { full += try rebuild.take(try Self.bundles(rebuild.nextBundles)) }
            #expect(rebuild.taken == UInt64(size))
            #expect(rebuild.root == whole.tree.root)
            #expect(try rebuild.watchedRoot == Self.tree(watched).tree.root)
            #expect(Set(full + rebuild.edgeTiles) == Set(whole.growth.tiles))
        }
    }

    @Test("What was seen of a log is kept, and a damaged memory is not taken for none")
    func memory() throws {
        let directory = NSTemporaryDirectory() + "memory-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let memory = LogMemory(directory: directory)
        #expect(try memory.load().isEmpty)
        let seen = ["a/control": LogMemory.Seen(key: "k", size: .max, root: try Self.tree(3).tree.root)]
        try memory.save(seen)
        #expect(try memory.load() == seen)
        for text in ["", "{", #"{"a":1}"#, #"{"a":{"key":"k","size":"-1","root":""}}"#] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/seen-logs.json"))
            #expect(throws: CommandFailure.self) { try memory.load() }
        }
    }

    @Test("A receipt holds for its body and key, and for no other")
    func receipt() throws {
        let signer = try NoteSigner(name: KeyName("test.local/log"), seed: [UInt8](repeating: 1, count: 32))
        let other = try NoteSigner(name: KeyName("test.local/log"), seed: [UInt8](repeating: 2, count: 32))
        let body = Array("the body".utf8)
        let salt = LeafSalt.random()
        var tree = GrowingTree()
        _ = try tree.append([LeafCommitment(salt: salt, body: body)])
        let checkpoint = try Checkpoint(origin: "test.local/log", size: 1, root: tree.root)
        let note = try signer.sign(checkpoint)
        let receipt = try TlogProof(
            receiptFor: InclusionProof(index: 0, size: 1, hashes: []),
            salt: salt,
            checkpoint: note
        ).bytes
        let check = try ReceiptCheck(receipt: receipt)
        #expect(check.origin == "test.local/log")
        #expect(try check.verify(body: body, key: signer.verifierKey).index == 0)
        #expect(check.key(among: [other.verifierKey]) == other.verifierKey)
        for (body, key) in [(body + [0x20], signer.verifierKey), (body, other.verifierKey)] {
            let failure = #expect(throws: CommandFailure.self) { try check.verify(body: body, key: key) }
            #expect(failure?.status == .error)
            #expect(failure?.message.hasPrefix("NOT verified") == true)
        }
        #expect(throws: CommandFailure.self) { try ReceiptCheck(receipt: Array(receipt.dropLast(5))) }
        #expect(throws: CommandFailure.self) { try LogKeys.read("a+b+c\n") }
    }
}
