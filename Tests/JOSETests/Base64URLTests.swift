// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Testing

struct Base64URLTests {
    /// RFC 4648 section 10, without the padding, and the two characters in which base64url differs.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FF}", "z7_Pvw"), ("~~>", "fn4-"),
    ])
    func examples(_ plain: String, _ encoded: String) {
        #expect(Base64URL.string(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test(
        "Every other spelling is refused",
        arguments: [
            "Zg==", "Zm8=", "Zg=", "Z", "Zm9vY", "z7/Pvw", "fn4+", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v.", "Zm9vYmF5?",
            "=", "====",
            "Zh", "Zi", "Zx", "Zv", "Zm9", "Zm-", "Zm9vYmF\u{0}", "Zm9v\u{E9}", "Zm9vYg\u{200B}",
        ]
    )
    func refused(_ text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test func roundTrips() {
        var generator = SeededGenerator("base64url")
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text) == bytes)
            #expect(text.count == (count * 4 + 2) / 3)
        }
    }

    @Test("Of the 4096 spellings of two characters exactly 256 are canonical")
    func twoCharacters() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var decoded: [UInt8: Int] = [:]
        for first in alphabet {
            for second in alphabet {
                guard let bytes = Base64URL.decode([first, second]) else { continue }
                #expect(bytes.count == 1 && Base64URL.encode(bytes) == [first, second])
                decoded[bytes[0], default: 0] += 1
            }
        }
        #expect(decoded.count == 256 && decoded.values.allSatisfy { $0 == 1 })
    }
}
