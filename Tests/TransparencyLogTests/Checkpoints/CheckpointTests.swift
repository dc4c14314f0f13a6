// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct CheckpointTests {
    private static let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    private static let other = "iqhiUYaymEbZ0t8P2KZpBTQ8TF4NG6Jq1yTjwmI5U/g="

    @Test(arguments: [
        "log.example\n0\n\(root)\n", "log.example\n1\n\(other)\n", "a b+c é\n18446744073709551615\n\(other)\n",
        "log.example\n5\n\(other)\nextension one\nanother\n",
    ])
    func textsComeBack(_ text: String) throws {
        let checkpoint = try Checkpoint(text: utf8(text))
        #expect(checkpoint.text == utf8(text))
        let again = try Checkpoint(
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: checkpoint.root,
            extensions: checkpoint.extensions
        )
        #expect(again == checkpoint && again.hashValue == checkpoint.hashValue)
    }

    @Test(arguments: [
        "", "\n", "log\n", "log\n1\n", "log\n1\n\(other)", "\n1\n\(other)\n", "log\n\n\(other)\n",
        "log\n01\n\(other)\n",
        "log\n-1\n\(other)\n", "log\n+1\n\(other)\n", "log\n1 \n\(other)\n", "log\n1e3\n\(other)\n",
        "log\n0x1\n\(other)\n",
        "log\n18446744073709551616\n\(other)\n", "log\n99999999999999999999999\n\(other)\n", "log\n1\n\n",
        "log\n1\nAAAA\n", "log\n1\n\(other.dropLast())\n", "log\n1\n\(other) \n", "log\n1\n\(other)AAAA\n",
        "log\n1\n\(other)\n\n", "log\n1\n\(other)\n\nextension\n", "log\n1\n\(other)\nextension",
        "log\r\n1\n\(other)\n",
        "log\n1\n\(other)\nexten\tsion\n", "log\n0\n\(other)\n", "log\n٣\n\(other)\n",
        "log\n1\niqhiUYaymEbZ0t8P2KZpBTQ8TF4NG6Jq1yTjwmI5U/h=\n",
    ])
    func malformed(_ text: String) {
        #expect(throws: TransparencyLogError.self) { try Checkpoint(text: utf8(text)) }
    }

    @Test func linesCannotBeSmuggledIn() throws {
        let root = try hash32(Self.other)
        for line in ["", "a\nb", "a\n", "\r", "\u{0}"] {
            #expect(throws: TransparencyLogError.self) { try Checkpoint(origin: line, size: 1, root: root) }
            #expect(throws: TransparencyLogError.self) {
                try Checkpoint(origin: "log", size: 1, root: root, extensions: [line])
            }
        }
        #expect(throws: TransparencyLogError.self) { try Checkpoint(origin: "log", size: 0, root: root) }
    }

    @Test func originsCompareByBytes() throws {
        let composed = try Checkpoint(origin: "caf\u{E9}", size: 1, root: hash32(Self.other))
        let decomposed = try Checkpoint(origin: "cafe\u{301}", size: 1, root: hash32(Self.other))
        #expect(composed != decomposed)
        #expect(composed.hasOrigin("caf\u{E9}") && !composed.hasOrigin("cafe\u{301}"))
        let signer = try NoteSigner(generating: KeyName("log"))
        let verifier = try CheckpointVerifier(origin: "caf\u{E9}", logKeys: [signer.verifierKey])
        #expect(verifier.verify(try signer.sign(decomposed)) == .refused(.otherOrigin))
        #expect(verifier.verify(try signer.sign(composed)).checkpoint?.checkpoint == composed)
    }

    @Test func refusals() throws {
        let log = try NoteSigner(generating: KeyName("log.example"))
        let witnesses = try (1...3).map { try Cosigner(generating: KeyName("w\($0).example")) }
        let verifier = try CheckpointVerifier(
            origin: "log.example",
            logKeys: [log.verifierKey],
            witnesses: witnesses.map(\.verifierKey),
            quorum: 2
        )
        let checkpoint = try Checkpoint(origin: "log.example", size: 1, root: hash32(Self.other))
        let signed = try log.sign(checkpoint)
        let cosignatures = try witnesses.map { try $0.cosign(checkpoint, at: 1_790_000_000) }
        #expect(verifier.verify(signed) == .refused(.tooFewWitnesses(found: 0, wanted: 2)))
        // The same witness twice is one witness.
        let twice = signed.adding(cosignatures[0]).adding(cosignatures[0])
        #expect(verifier.verify(twice) == .refused(.tooFewWitnesses(found: 1, wanted: 2)))
        let enough = signed.adding(cosignatures[0]).adding(cosignatures[2])
        #expect(verifier.verify(enough).checkpoint?.signatures.map(\.timestamp) == [nil, 1_790_000_000, 1_790_000_000])
        let unsigned = try SignedNote(text: checkpoint.text, signatures: cosignatures)
        #expect(verifier.verify(unsigned) == .refused(.notSignedByLog))
        let foreign = try log.sign(Checkpoint(origin: "other.example", size: 1, root: hash32(Self.other)))
        #expect(verifier.verify(foreign) == .refused(.otherOrigin))
        guard case .refused(.malformed) = verifier.verify(try log.sign(utf8("not a checkpoint\n"))) else {
            Issue.record("a signed text that is no checkpoint passed")
            return
        }
        let stranger = try NoteSigner(generating: KeyName("log.example")).sign(checkpoint)
        #expect(verifier.verify(stranger) == .refused(.note(.unknownKeys)))
    }

    @Test func impossiblePolicies() throws {
        let key = try NoteSigner(generating: KeyName("log")).verifierKey
        let witness = try Cosigner(generating: KeyName("w")).verifierKey
        let twin = VerifierKey(name: try KeyName("w2"), algorithm: .cosignatureV1, publicKey: witness.publicKey)
        let bad: [([VerifierKey], [VerifierKey], Int)] = [
            ([], [], 0), ([key], [], 1), ([key], [], -1), ([key], [witness], 2), ([key, key], [], 0),
            ([key], [key], 0), ([key], [witness, twin], 1),
        ]
        for (logKeys, witnesses, quorum) in bad {
            #expect(throws: TransparencyLogError.self) {
                try CheckpointVerifier(origin: "log", logKeys: logKeys, witnesses: witnesses, quorum: quorum)
            }
        }
    }
}
