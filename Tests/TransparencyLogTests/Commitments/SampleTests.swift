// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing
import TransparencyLog

/// The sample log of another program, rebuilt and verified.
struct SampleTests {
    private func body(_ index: Int) -> [UInt8] {
        utf8("{\"decision\":\(index)}")
    }

    private func salt(_ index: Int) throws -> LeafSalt {
        try #require(LeafSalt(bytes: Array(SHA256.hash(data: utf8("salt\(index)")))))
    }

    private func verifier() throws -> CheckpointVerifier {
        try CheckpointVerifier(
            origin: "log.example/sample",
            logKeys: [VerifierKey(Sample.verifierKey)],
            witnesses: [VerifierKey(Sample.witnessKey)],
            quorum: 1
        )
    }

    @Test func commitmentsRootsAndProofs() throws {
        var tree = GrowingTree()
        var memory = MemoryTree()
        for index in 0..<13 {
            #expect(tree.root.base64 == Sample.roots[index])
            let commitment = LeafCommitment(salt: try salt(index), body: body(index))
            #expect(commitment.value.base64 == Sample.commitments[index])
            _ = try tree.append([commitment])
            memory.append(commitment.leafHash)
        }
        #expect(tree.root.base64 == Sample.roots[13])
        for vector in Sample.consistency {
            let proof = try #require(
                ConsistencyProof(oldSize: vector.oldSize, newSize: vector.newSize, reading: &memory)
            )
            #expect(proof.hashes.map(\.base64) == vector.hashes)
            let verdict = proof.verify(
                oldRoot: try hash32(Sample.roots[Int(vector.oldSize)]),
                newRoot: try hash32(Sample.roots[Int(vector.newSize)])
            )
            #expect(verdict == .valid)
        }
        // The whole receipt, byte for byte.
        let log = try NoteSigner(name: KeyName("log.example/sample"), seed: Sample.seed)
        let witness = try Cosigner(name: KeyName("witness.example/w1"), seed: Sample.witnessSeed)
        let checkpoint = try Checkpoint(origin: "log.example/sample", size: 13, root: tree.root)
        let note = try log.sign(checkpoint).adding(witness.cosign(checkpoint, at: Sample.cosignedAt))
        let path = try #require(InclusionProof(index: UInt64(Sample.receiptIndex), size: 13, reading: &memory))
        let receipt = try TlogProof(receiptFor: path, salt: salt(Sample.receiptIndex), checkpoint: note)
        #expect(receipt.bytes == utf8(Sample.receipt))
    }

    @Test func receipt() throws {
        let receipt = try TlogProof(parsing: utf8(Sample.receipt))
        let entry = try #require(receipt.verify(body: body(Sample.receiptIndex), with: verifier()).entry)
        #expect(entry.index == UInt64(Sample.receiptIndex) && entry.checkpoint.checkpoint.size == 13)
        let commitment = try hash32(Sample.commitments[Sample.receiptIndex])
        #expect(receipt.verify(entry: commitment.bytes, with: try verifier()).entry == entry)
        #expect(receipt.verify(body: body(7), with: try verifier()) == .refused(.proof(.rootMismatch)))
        let elsewhere = try CheckpointVerifier(origin: "x", logKeys: [VerifierKey(Sample.verifierKey)])
        let other = receipt.verify(body: body(Sample.receiptIndex), with: elsewhere)
        #expect(other == .refused(.checkpoint(.otherOrigin)))
        let saltless = try TlogProof(index: 6, hashes: receipt.hashes, checkpoint: receipt.checkpoint)
        #expect(saltless.verify(body: body(6), with: try verifier()) == .refused(.noSalt))
        let far = try TlogProof(index: 13, hashes: receipt.hashes, checkpoint: receipt.checkpoint, extra: receipt.extra)
        #expect(far.verify(body: body(6), with: try verifier()) == .refused(.proof(.indexOutOfRange)))
    }

    /// No single changed byte of a receipt leaves it good while its one witness is wanted.
    @Test func everyByteOfAReceiptCounts() throws {
        let good = utf8(Sample.receipt)
        let verifier = try verifier()
        for index in good.indices {
            var bytes = good
            bytes[index] ^= 1
            guard let receipt = try? TlogProof(parsing: bytes) else { continue }
            #expect(receipt.verify(body: body(Sample.receiptIndex), with: verifier).entry == nil, "byte \(index)")
        }
    }
}
