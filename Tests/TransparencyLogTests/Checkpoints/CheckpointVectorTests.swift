// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TransparencyLog

/// Notes that golang.org/x/mod signed and judged.
@Suite(.enabled(if: SharedData.isPresent, SharedData.missing))
struct CheckpointVectorTests {
    private struct Checkpoints: Decodable {
        struct Case: Decodable {
            let Text: String
            let Note: String
            let Vkey: String
            let Valid: Bool
            let Why: String?
        }
        struct Key: Decodable {
            let Name: String
            let Seed: String
            let Vkey: String
        }
        let Cases: [Case]
        let Key: Key
    }

    private struct Cosignatures: Decodable {
        struct Case: Decodable {
            let LogVkey: String
            let Note: String
            let WitnessKeyID: String
            let WitnessName: String
            let WitnessPublicKeyHex: String
        }
        let Cases: [Case]
        let WitnessSkey: String
    }

    @Test func checkpoints() throws {
        let vectors = try SharedData.decode(Checkpoints.self, from: "checkpoints.json")
        let signer = try NoteSigner(name: KeyName(vectors.Key.Name), seed: bytes(hex: vectors.Key.Seed))
        #expect(signer.verifierKey.description == vectors.Key.Vkey)
        for (number, vector) in vectors.Cases.enumerated() {
            let key = try VerifierKey(vector.Vkey)
            let verifier = try CheckpointVerifier(origin: vectors.Key.Name, logKeys: [key])
            let note = try? SignedNote(parsing: utf8(vector.Note))
            let verdict = note.map { verifier.verify($0) }
            #expect((verdict?.checkpoint != nil) == vector.Valid, "case \(number): \(vector.Why ?? "good")")
            guard vector.Valid, let note else { continue }
            #expect(note.text == utf8(vector.Text) && note.bytes == utf8(vector.Note))
            // Ed25519 leaves no choice: the same key over the same text gives the same bytes.
            #expect(try signer.sign(Checkpoint(text: note.text)).bytes == utf8(vector.Note))
        }
        #expect(vectors.Cases.count == 80)
    }

    @Test func cosignatures() throws {
        let vectors = try SharedData.decode(Cosignatures.self, from: "cosignatures_v1.json")
        for vector in vectors.Cases {
            let publicKey = try #require(Hash32(bytes: bytes(hex: vector.WitnessPublicKeyHex)))
            let witness = VerifierKey(
                name: try KeyName(vector.WitnessName),
                algorithm: .cosignatureV1,
                publicKey: publicKey
            )
            #expect(UInt32(vector.WitnessKeyID, radix: 16) == witness.keyID)
            let verifier = try CheckpointVerifier(
                origin: "credence.example/audit",
                logKeys: [VerifierKey(vector.LogVkey)],
                witnesses: [witness],
                quorum: 1
            )
            let note = try SignedNote(parsing: utf8(vector.Note))
            let verified = try #require(verifier.verify(note).checkpoint)
            #expect(verified.signatures.count == 2)
            #expect(verified.signatures.compactMap(\.timestamp).allSatisfy { $0 > 1_700_000_000 })
            // Another tree under the same cosignature.
            let text = String(decoding: note.text, as: UTF8.self).replacingOccurrences(of: "\n1", with: "\n2")
            let other = try SignedNote(text: utf8(text + "x\n"), signatures: Array(note.signatures.suffix(1)))
            #expect(try NoteVerifier([witness]).verify(other).note == nil)
        }
        #expect(vectors.Cases.count == 10)
    }

    private func bytes(hex: String) throws -> [UInt8] {
        let digits = Array(hex)
        return try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16))
        }
    }
}
