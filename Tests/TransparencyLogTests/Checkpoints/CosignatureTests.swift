// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct CosignatureTests {
    private func checkpoint() throws -> Checkpoint {
        try Checkpoint(origin: "log.example", size: 3, root: hash32("iqhiUYaymEbZ0t8P2KZpBTQ8TF4NG6Jq1yTjwmI5U/g="))
    }

    @Test func everyBitOfACosignatureCounts() throws {
        let cosigner = try Cosigner(generating: KeyName("w.example"))
        let verifier = try NoteVerifier([cosigner.verifierKey])
        let checkpoint = try checkpoint()
        let good = try cosigner.cosign(checkpoint, at: 1_790_000_000)
        let note = try SignedNote(text: checkpoint.text, signatures: [good])
        #expect(verifier.verify(note).note?.signatures.first?.timestamp == 1_790_000_000)
        for bit in 0..<8 * 72 {
            var blob = good.blob
            blob[bit / 8] ^= 1 << UInt8(bit % 8)
            let bad = NoteSignature(name: good.name, keyID: good.keyID, blob: blob)
            #expect(verifier.verify(try SignedNote(text: note.text, signatures: [bad])).note == nil, "bit \(bit)")
        }
        for blob in [good.blob + [0], Array(good.blob.dropFirst()), Array(good.blob.suffix(64)), [0]] {
            let bad = NoteSignature(name: good.name, keyID: good.keyID, blob: blob)
            #expect(verifier.verify(try SignedNote(text: note.text, signatures: [bad])).note == nil)
        }
    }

    @Test func timesAreBounded() throws {
        let cosigner = try Cosigner(generating: KeyName("w.example"))
        let verifier = try NoteVerifier([cosigner.verifierKey])
        let checkpoint = try checkpoint()
        for time in [0, 1, UInt64(Int64.max)] {
            let note = try SignedNote(text: checkpoint.text, signatures: [cosigner.cosign(checkpoint, at: time)])
            #expect(verifier.verify(note).note?.signatures.first?.timestamp == time)
        }
        #expect(throws: TransparencyLogError.self) { try cosigner.cosign(checkpoint, at: 1 << 63) }
    }

    /// A key that signs plainly and one that cosigns are two keys, even with the same bytes and name.
    @Test func kindsDoNotMix() throws {
        let name = try KeyName("w.example")
        let signer = try NoteSigner(name: name, seed: Sample.seed)
        let cosigner = try Cosigner(name: name, seed: Sample.seed)
        #expect(signer.verifierKey.keyID != cosigner.verifierKey.keyID)
        let checkpoint = try checkpoint()
        let note = try signer.sign(checkpoint)
        #expect(try NoteVerifier([cosigner.verifierKey]).verify(note) == .refused(.unknownKeys))
        let plain = try signer.signature(over: checkpoint.text)
        let relabelled = NoteSignature(name: name, keyID: cosigner.verifierKey.keyID, blob: plain.blob)
        let forged = try SignedNote(text: checkpoint.text, signatures: [relabelled])
        #expect(try NoteVerifier([cosigner.verifierKey]).verify(forged) == .refused(.invalidSignature(name)))
        #expect(try NoteVerifier([cosigner.verifierKey, signer.verifierKey]).keys.count == 2)
    }
}
