// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

struct KeyTests {
    @Test func verifierKeysComeBack() throws {
        for text in [Sample.verifierKey, Sample.witnessKey] {
            #expect(try VerifierKey(text).description == text)
        }
        let signer = try NoteSigner(name: KeyName("log.example/sample"), seed: Sample.seed)
        #expect(signer.verifierKey.description == Sample.verifierKey)
        #expect(signer.seed == Sample.seed)
        let cosigner = try Cosigner(name: KeyName("witness.example/w1"), seed: Sample.witnessSeed)
        #expect(cosigner.verifierKey.description == Sample.witnessKey)
        #expect(cosigner.seed == Sample.witnessSeed)
        for _ in 0..<50 {
            // Some of these have plus signs in their base64.
            let key = try NoteSigner(generating: KeyName("k.example")).verifierKey
            #expect(try VerifierKey(key.description) == key)
        }
    }

    @Test func malformedVerifierKeys() throws {
        let parts = Sample.verifierKey.split(separator: "+", maxSplits: 2).map(String.init)
        let witness = Sample.witnessKey.split(separator: "+", maxSplits: 2).map(String.init)
        let bad = [
            "", "+", "++", parts[0], parts[0] + "+" + parts[1], "+\(parts[1])+\(parts[2])",
            "\(parts[0])+\(parts[1])+", "\(parts[0])+\(parts[1].uppercased())A+\(parts[2])",
            "\(parts[0])+00000000+\(parts[2])", "\(parts[0])x+\(parts[1])+\(parts[2])",
            "\(parts[0])+\(parts[1])+\(parts[2].dropLast(4))", "\(parts[0])+\(parts[1])+\(parts[2])AAAA",
            "\(parts[0])+\(parts[1])+\(witness[2])", "\(parts[0]) +\(parts[1])+\(parts[2])",
            "\(parts[0])+\(parts[1].dropLast())+\(parts[2])", Sample.verifierKey + "\n",
        ]
        for text in bad {
            #expect { try VerifierKey(text) } throws: { ($0 as? TransparencyLogError)?.code == .key }
        }
        // Types that this library does not verify: ECDSA, RFC 6962 tree heads, ML-DSA, reserved.
        for type in ["Ag", "Aw", "BQ", "Bg", "/w"] {
            #expect { try VerifierKey("\(parts[0])+\(parts[1])+\(type)==") } throws: {
                ($0 as? TransparencyLogError)?.code == .key
            }
        }
    }

    @Test(arguments: [
        "", " ", "a b", "a+b", "a\nb", "a\u{A0}b", "a\u{2028}b", "a\u{3000}", "\u{85}", "a\u{1F}b", "a\t",
    ])
    func malformedNames(_ name: String) {
        #expect(throws: TransparencyLogError.self) { try KeyName(name) }
    }

    /// The two spellings are one string to Swift and two keys to a verifier.
    @Test func namesCompareByBytes() throws {
        let composed = try KeyName("caf\u{E9}")
        let decomposed = try KeyName("cafe\u{301}")
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        let seed = Sample.seed
        let one = try NoteSigner(name: composed, seed: seed).verifierKey
        let two = try NoteSigner(name: decomposed, seed: seed).verifierKey
        #expect(one != two && one.keyID != two.keyID)
        #expect(
            try NoteVerifier([one]).verify(try NoteSigner(name: decomposed, seed: seed).sign(utf8("a\n"))).note == nil
        )
    }

    @Test func signersShowNoSecret() throws {
        let signer = try NoteSigner(name: KeyName("log.example/sample"), seed: Sample.seed)
        let cosigner = try Cosigner(name: KeyName("witness.example/w1"), seed: Sample.witnessSeed)
        var dumped = ""
        dump(signer, to: &dumped)
        dump(cosigner, to: &dumped)
        dumped += "\(signer) \(cosigner)" + String(reflecting: signer) + String(reflecting: cosigner)
        for seed in [Sample.seed, Sample.witnessSeed] {
            let secret = try #require(Hash32(bytes: seed))
            #expect(!dumped.contains(secret.description) && !dumped.contains(secret.base64))
            #expect(!dumped.contains("\(seed[0]), \(seed[1]), \(seed[2])"))
        }
        #expect(
            dumped.contains("log.example/sample") && !dumped.contains("privateKey") && !dumped.contains("SigningKey")
        )
    }

    @Test func seedsHave32Bytes() {
        for count in [0, 31, 33, 64] {
            let seed = [UInt8](repeating: 1, count: count)
            #expect(throws: TransparencyLogError.self) { try NoteSigner(name: KeyName("a"), seed: seed) }
            #expect(throws: TransparencyLogError.self) { try Cosigner(name: KeyName("a"), seed: seed) }
        }
    }

    @Test func keySetsMustBeUnambiguous() throws {
        let key = try VerifierKey(Sample.verifierKey)
        #expect(throws: TransparencyLogError.self) { try NoteVerifier([key, key]) }
        #expect(
            try NoteVerifier([]).verify(try NoteSigner(generating: KeyName("a")).sign(utf8("a\n")))
                == .refused(.unknownKeys)
        )
    }
}
