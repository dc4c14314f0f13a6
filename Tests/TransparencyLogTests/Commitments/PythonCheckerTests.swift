// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog

/// Our logs and receipts, judged by programs that share no code with this library.
@Suite(.enabled(if: Python.isPresent, Python.missing))
struct PythonCheckerTests {
    private struct Log {
        let signer: NoteSigner
        let checkpoint: SignedNote
        let bodies: [[UInt8]]
        let commitments: [LeafCommitment]
        let receipts: [TlogProof]

        init(size: Int) throws {
            signer = try NoteSigner(generating: KeyName("log.example/python"))
            bodies = (0..<size).map { utf8("{\"number\":\($0),\"text\":\"é\"}") }
            let salts = bodies.map { _ in LeafSalt.random() }
            commitments = zip(salts, bodies).map { LeafCommitment(salt: $0, body: $1) }
            var tree = GrowingTree()
            var store = TileStore()
            store.write(try tree.append(commitments))
            let root = tree.root
            checkpoint = try signer.sign(Checkpoint(origin: "log.example/python", size: UInt64(size), root: root))
            var hashes = TiledHashes(size: UInt64(size), tiles: store)
            var receipts: [TlogProof] = []
            for index in [0, 1, size / 2, size - 1] {
                let proof = try #require(try InclusionProof(index: UInt64(index), size: UInt64(size), reading: &hashes))
                receipts.append(try TlogProof(receiptFor: proof, salt: salts[index], checkpoint: checkpoint))
            }
            self.receipts = receipts
        }
    }

    private func check(_ arguments: String...) throws -> (status: Int32, output: String) {
        try Python.run([Python.script("tlog_note_check.py")] + arguments)
    }

    @Test(arguments: [2, 300])
    func receiptsHold(_ size: Int) throws {
        let log = try Log(size: size)
        let folder = try TemporaryFolder()
        let key = log.signer.verifierKey.description
        for receipt in log.receipts {
            let body = try folder.write(log.bodies[Int(receipt.index)], to: "body")
            let proof = try folder.write(receipt.bytes, to: "receipt.tlog-proof")
            let good = try check("receipt", key, body, proof)
            #expect(good.status == 0, "\(good.output)")
            #expect(good.output.contains("leaf \(receipt.index) of \(size)"))
            let elsewhere = try check("receipt", key, body, proof, "--origin", "other.example")
            #expect(elsewhere.status == 1)
        }
    }

    @Test func badReceiptsAreRefused() throws {
        let log = try Log(size: 20)
        let folder = try TemporaryFolder()
        let key = log.signer.verifierKey.description
        let receipt = log.receipts[2]
        let proof = try folder.write(receipt.bytes, to: "proof")
        let body = try folder.write(log.bodies[10], to: "body")
        let otherBody = try folder.write(log.bodies[9], to: "other")
        #expect(try check("receipt", key, otherBody, proof).status == 1)
        #expect(try check("receipt", Sample.verifierKey, body, proof).status == 1)
        let moved = try TlogProof(
            index: 11,
            hashes: receipt.hashes,
            checkpoint: receipt.checkpoint,
            extra: receipt.extra
        )
        #expect(try check("receipt", key, body, folder.write(moved.bytes, to: "moved")).status == 1)
        var torn = receipt.bytes
        torn[torn.count - 20] ^= 1
        #expect(try check("receipt", key, body, folder.write(torn, to: "torn")).status == 1)
        #expect(try check("receipt", key, body, folder.write([], to: "empty")).status == 1)
    }

    @Test func usage() throws {
        #expect(try check().status == 2)
        #expect(try check("receipt", "key").status == 2)
        #expect(try check("checkpoint", "key", "/nonexistent/file").status == 2)
        #expect(try check("verify", "key", "body", "proof").output.contains("usage:"))
    }

    @Test func checkpointsHold() throws {
        let log = try Log(size: 5)
        let folder = try TemporaryFolder()
        let note = try folder.write(log.checkpoint.bytes, to: "checkpoint")
        let good = try check("checkpoint", log.signer.verifierKey.description, note)
        #expect(good.status == 0 && good.output.contains("5 leaves"))
        let sample = try folder.write(TlogProof(parsing: utf8(Sample.receipt)).checkpoint.bytes, to: "sample")
        #expect(try check("checkpoint", Sample.verifierKey, sample).status == 0)
        #expect(try check("checkpoint", Sample.verifierKey, note).status == 1)
    }

    @Test(.enabled(if: Python.hasPymerkle, Python.missingPymerkle))
    func pymerkleComputesTheSameRoot() throws {
        let script = Python.script("pymerkle_check.py")
        let log = try Log(size: 300)
        let folder = try TemporaryFolder()
        let note = try folder.write(log.checkpoint.bytes, to: "checkpoint")
        let lines = log.commitments.map { $0.description + "\n" }.joined()
        let hex = try folder.write(utf8(lines), to: "commitments")
        #expect(try Python.run([script, note, "hex", hex]).status == 0)
        let bundles = try [0..<256, 256..<300].map {
            try folder.write(EntryBundle(commitments: Array(log.commitments[$0])).bytes, to: "bundle\($0.lowerBound)")
        }
        #expect(try Python.run([script, note, "bundles"] + bundles).status == 0)
        #expect(try Python.run([script, note, "bundles"] + bundles.reversed()).status == 1)
        #expect(try Python.run([script, note, "bundles", bundles[0]]).status == 1)
    }
}
