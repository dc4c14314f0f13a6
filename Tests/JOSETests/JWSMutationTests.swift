// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

@Suite("No changed token verifies")
struct JWSMutationTests {
    private func verifies(_ token: [UInt8], _ keys: JWKSet) -> Bool {
        guard let parsed = try? UnverifiedJWS(compact: token) else { return false }
        guard case .success = parsed.verified(with: keys, allowing: .all) else { return false }
        return true
    }

    @Test("Every bit of a token, every character left out, doubled or exchanged", arguments: SigningKey.Kind.allCases)
    func singleChanges(_ kind: SigningKey.Kind) throws {
        let key = SigningKey.generate(kind, keyID: "k")
        let keys = JWKSet([key.verificationKey])
        let token = try key.sign(Array(#"{"sub":"a"}"#.utf8), type: "JWT")
        #expect(verifies(token, keys))
        for index in token.indices {
            for bit in 0..<8 {
                var changed = token
                changed[index] ^= 1 << UInt8(bit)
                #expect(!verifies(changed, keys), "\(index) \(bit)")
            }
            var shorter = token
            shorter.remove(at: index)
            #expect(!verifies(shorter, keys), "\(index) left out")
            var longer = token
            longer.insert(token[index], at: index)
            #expect(!verifies(longer, keys), "\(index) doubled")
            if index + 1 < token.count, token[index] != token[index + 1] {
                var exchanged = token
                exchanged.swapAt(index, index + 1)
                #expect(!verifies(exchanged, keys), "\(index) exchanged")
            }
            #expect(!verifies(Array(token[..<index]), keys), "\(index) cut off")
        }
    }

    @Test("Random damage to the tokens of every algorithm")
    func randomDamage() throws {
        var generator = SeededGenerator("damage")
        for sample in try SharedData.sampleTokens() where !sample.algorithm.hasPrefix("HS") {
            let keys = JWKSet([try VerificationKey(jwk: sample.key)])
            let token = Array(sample.token.utf8)
            #expect(verifies(token, keys))
            for _ in 0..<60 {
                var changed = token
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let index = Int.random(in: changed.indices, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: changed[index] = UInt8.random(in: .min ... .max, using: &generator)
                    case 1: changed.remove(at: index)
                    case 2: changed.insert(UInt8.random(in: 0x2D...0x7A, using: &generator), at: index)
                    default: changed.swapAt(index, Int.random(in: changed.indices, using: &generator))
                    }
                }
                #expect(changed == token || !verifies(changed, keys), "seed \(generator.seed) \(sample.algorithm)")
            }
        }
    }

    @Test("Random bytes never verify and never trap")
    func noise() throws {
        var generator = SeededGenerator("noise")
        let keys = JWKSet([SigningKey.generate(.edDSA).verificationKey])
        let alphabet = Array("ABab01-_..{}\"=\u{0}".utf8)
        for _ in 0..<3000 {
            let count = Int.random(in: 0..<80, using: &generator)
            let token = (0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
            #expect(!verifies(token, keys))
            _ = BatchVerification.answer(token)
        }
    }
}
