// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Testing

struct SigningKeyTests {
    @Test(arguments: SigningKey.Kind.allCases)
    func roundTrip(_ kind: SigningKey.Kind) throws {
        let key = SigningKey.generate(kind)
        let payload = Array(#"{"sub":"x"}"#.utf8)
        let token = try UnverifiedJWS(compact: key.sign(payload, type: "at+jwt"))
        #expect(token.header.type == "at+jwt")
        #expect(token.header.keyID == Base64URL.string(key.verificationKey.thumbprint))
        #expect(try token.verified(with: key.verificationKey, allowing: .all).get().payload == payload)
        let again = try SigningKey(kind, secretBytes: key.secretBytes)
        #expect(again.verificationKey.thumbprint == key.verificationKey.thumbprint)
        let other = try SigningKey.generate(kind, keyID: key.verificationKey.keyID).sign(payload)
        let forged = try UnverifiedJWS(compact: other)
        #expect(throws: JOSEError.self) { try forged.verified(with: key.verificationKey, allowing: .all).get() }
    }

    @Test func refusesWhatIsNoKey() {
        for kind in SigningKey.Kind.allCases {
            #expect(throws: JOSEError.self) { try SigningKey(kind, secretBytes: []) }
            #expect(throws: JOSEError.self) { try SigningKey(kind, secretBytes: [UInt8](repeating: 1, count: 31)) }
        }
        // Zero and everything from the order of the group on are no P-256 keys.
        #expect(throws: JOSEError.self) { try SigningKey(.es256, secretBytes: [UInt8](repeating: 0, count: 32)) }
        #expect(throws: JOSEError.self) { try SigningKey(.es256, secretBytes: [UInt8](repeating: 0xFF, count: 32)) }
    }

    @Test func neverShowsItsSecret() {
        for kind in SigningKey.Kind.allCases {
            let key = SigningKey.generate(kind, keyID: "named")
            var dumped = ""
            dump(key, to: &dumped)
            for text in ["\(key)", String(reflecting: key), dumped] {
                #expect(text.contains("named"))
                #expect(!text.contains(Base64URL.string(key.secretBytes)))
                #expect(!text.contains("\(key.secretBytes[0]), \(key.secretBytes[1]), \(key.secretBytes[2])"))
                #expect(!text.lowercased().contains(key.secretBytes.prefix(4).map { String($0, radix: 16) }.joined()))
            }
        }
    }

    @Test func headerTextIsEscaped() throws {
        let key = SigningKey.generate(.es256, keyID: "a\"b\\c\n\u{1F600}")
        let token = try UnverifiedJWS(compact: key.sign([1], type: "t\"y"))
        #expect(token.header.keyID == "a\"b\\c\n\u{1F600}")
        #expect((try? token.verified(with: key.verificationKey, allowing: .es256).get()) != nil)
    }
}
