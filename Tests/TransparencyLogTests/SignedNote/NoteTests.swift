// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct NoteTests {
    private static let sign = "\u{2014} a.example "

    private func key(_ name: String = "log.example/a") throws -> NoteSigner {
        try NoteSigner(generating: KeyName(name))
    }

    @Test func notesComeBackByteForByte() throws {
        let signer = try key()
        for text in ["\n", "a\n", "a\n\nb\n", "a\n\n", "\n\n\n", "é\u{301}\u{1F600}\n", "a\n— b c\n"] {
            let note = try signer.sign(utf8(text)).adding(try key("log.example/b").signature(over: utf8(text)))
            let parsed = try SignedNote(parsing: note.bytes)
            #expect(parsed == note && parsed.bytes == note.bytes)
            #expect(try NoteVerifier([signer.verifierKey]).verify(parsed).note?.signatures.count == 1)
        }
    }

    @Test(arguments: [
        ("", TransparencyLogError.Code.note), ("\n", .note), ("\n\n", .note), ("text\n", .note), ("text\n\n", .note),
        ("text\n\n\(sign)AAAAAAA=", .note), ("text\n\(sign)AAAAAAA=\n", .note), ("text\n\n\(sign)AAAA\n", .note),
        ("text\n\n\(sign)AAAAAA==\n", .note), ("text\n\n\(sign)AAAAAAB=\n", .note), ("text\n\n\(sign)AAAAAAA\n", .note),
        ("text\n\n\(sign)AAAA AAA=\n", .note), ("text\n\n\(sign)\n", .note), ("text\n\n\u{2014} a.example\n", .note),
        ("text\n\n\u{2014}  AAAAAAA=\n", .note), ("text\n\n\u{2014} a+b AAAAAAA=\n", .note),
        ("text\n\n\u{2014} a\u{2003}b AAAAAAA=\n", .note), ("text\n\n- a.example AAAAAAA=\n", .note),
        ("text\n\n\u{2013} a.example AAAAAAA=\n", .note), ("text\n\n\(sign)AAAAAAA=\n\n", .note),
        ("text\n\n\(sign)AAAAAAA= \n", .note), ("text\n\n\(sign)AAAA_AA=\n", .note),
        ("text\r\n\n\(sign)AAAAAAA=\n", .encoding), ("te\txt\n\n\(sign)AAAAAAA=\n", .encoding),
        ("te\0xt\n\n\(sign)AAAAAAA=\n", .encoding), ("text\n\n\(sign)AAAAAAA=\r\n", .encoding),
    ])
    func malformed(_ note: String, _ code: TransparencyLogError.Code) {
        #expect { try SignedNote(parsing: utf8(note)) } throws: { ($0 as? TransparencyLogError)?.code == code }
    }

    @Test(
        arguments: [[0xC0, 0x80], [0xFF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]]
    )
    func notUTF8(_ bytes: [UInt8]) {
        let note = bytes + utf8("\n\n\(Self.sign)AAAAAAA=\n")
        #expect { try SignedNote(parsing: note) } throws: { ($0 as? TransparencyLogError)?.code == .encoding }
    }

    @Test func boundsOfNotes() throws {
        let line = "\(Self.sign)AAAAAAA=\n"
        let sixteen = utf8("text\n\n" + String(repeating: line, count: 16))
        #expect(try SignedNote(parsing: sixteen).signatures.count == 16)
        #expect(throws: Never.self) { try SignedNote(parsing: utf8("text\n\n" + String(repeating: line, count: 100))) }
        let many = utf8("text\n\n" + String(repeating: line, count: 101))
        #expect { try SignedNote(parsing: many) } throws: { ($0 as? TransparencyLogError)?.code == .tooLarge }
        let long = [UInt8](repeating: 0x61, count: 1_000_001)
        #expect { try SignedNote(parsing: long) } throws: { ($0 as? TransparencyLogError)?.code == .tooLarge }
        let tight = SignedNote.Limits(maximumBytes: 30, maximumSignatures: 1)
        #expect { try SignedNote(parsing: sixteen, limits: tight) } throws: {
            ($0 as? TransparencyLogError)?.code == .tooLarge
        }
    }

    @Test func unsignableTexts() throws {
        let signer = try key()
        for text in ["", "no newline", "control \u{1}\n", "tab\t\n"] {
            #expect(throws: TransparencyLogError.self) { try signer.sign(utf8(text)) }
        }
        #expect(throws: TransparencyLogError.self) { try SignedNote(text: utf8("a\n"), signatures: []) }
    }

    @Test func unknownKeysAreIgnoredAndBadKnownOnesRefuse() throws {
        let known = try key()
        let stranger = try key()
        let text = utf8("hello\n")
        let verifier = try NoteVerifier([known.verifierKey])
        let strange = try stranger.sign(text)
        #expect(verifier.verify(strange) == .refused(.unknownKeys))
        let good = try known.signature(over: text)
        #expect(verifier.verify(strange.adding(good)).note?.signatures.map(\.key) == [known.verifierKey])
        // The name or the id alone does not make a key known.
        let sameID = NoteSignature(name: try KeyName("x.example"), keyID: good.keyID, blob: [1])
        let sameName = NoteSignature(name: good.name, keyID: good.keyID ^ 1, blob: [1])
        let mixed = try SignedNote(text: text, signatures: [sameID, sameName, good, good])
        #expect(verifier.verify(mixed).note?.signatures.count == 1)
        for blob in [[1], good.blob + [0], Array(good.blob.dropLast()), good.blob.map { $0 ^ 0x10 }] {
            let bad = NoteSignature(name: good.name, keyID: good.keyID, blob: blob)
            for order in [[good, bad], [bad, good], [bad]] {
                let note = try SignedNote(text: text, signatures: order)
                #expect(verifier.verify(note) == .refused(.invalidSignature(good.name)))
            }
        }
        let other = try SignedNote(text: utf8("hallo\n"), signatures: [good])
        #expect(verifier.verify(other) == .refused(.invalidSignature(good.name)))
    }

    @Test func everyBitOfASignatureCounts() throws {
        let signer = try key()
        let verifier = try NoteVerifier([signer.verifierKey])
        let note = try signer.sign(utf8("hello\n"))
        let good = note.signatures[0]
        for bit in 0..<512 {
            var blob = good.blob
            blob[bit / 8] ^= 1 << UInt8(bit % 8)
            let bad = NoteSignature(name: good.name, keyID: good.keyID, blob: blob)
            #expect(verifier.verify(try SignedNote(text: note.text, signatures: [bad])).note == nil)
        }
    }

    /// Whatever bytes come, parsing answers; and what it accepts has one spelling.
    @Test func noisyNotes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("NoteTests seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let good = try key().sign(utf8("a\n12\nb\n")).bytes
        var accepted = 0
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert([0x0A, 0x20, 0x3D, 0x2B].randomElement(using: &random) ?? 0x0A, at: index)
                default: bytes.removeLast(bytes.count - index)
                }
                if bytes.isEmpty { bytes = [0x0A] }
            }
            guard let note = try? SignedNote(parsing: bytes) else { continue }
            accepted += 1
            #expect(note.bytes == bytes, "seed \(seed)")
        }
        #expect(accepted > 0)
    }
}
