// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct LikePatternTests {
    static let matching = [
        ("", ""), ("*", ""), ("*", "abc"), ("**", "a"), ("a*", "abc"), ("*c", "abc"), ("a*c", "ac"), ("a*b*c", "aXbYc"),
        ("*ab", "abab"), ("*a*a*", "aa"), ("é*", "éa"), ("*\u{301}", "e\u{301}"), ("*\u{1F600}*", "x\u{1F600}"),
    ]
    static let other = [
        ("", "a"), ("a", ""), ("a*", "ba"), ("a*a", "a"), ("ab*ab", "ab"), ("*a*b", "ba"), ("*\u{301}", "\u{e9}"),
        ("A", "a"), ("*a*a*a*", "aa"),
    ]

    private func pattern(_ text: String) -> LikePattern {
        // By bytes: to Swift a star and a combining accent are one character.
        LikePattern(
            pieces: text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
        )
    }

    @Test(arguments: matching)
    func matches(pattern: String, text: String) {
        #expect(self.pattern(pattern).matches(Text(text)))
    }

    @Test(arguments: other)
    func doesNotMatch(pattern: String, text: String) {
        #expect(!self.pattern(pattern).matches(Text(text)))
    }

    /// Against the textbook definition by recursion, on short random words.
    @Test func agreesWithTheDefinition() {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        func defined(_ pattern: Substring, _ text: Substring) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            if first == "*" {
                return text.indices.contains { defined(pattern.dropFirst(), text[$0...]) }
                    || defined(pattern.dropFirst(), "")
            }
            return text.first == first && defined(pattern.dropFirst(), text.dropFirst())
        }
        for _ in 0..<2000 {
            let word = { (alphabet: String) in
                String(
                    (0..<Int.random(in: 0..<7, using: &generator)).compactMap { _ in
                        alphabet.randomElement(using: &generator)
                    }
                )
            }
            let (wanted, text) = (word("ab*"), word("ab"))
            #expect(
                pattern(wanted).matches(Text(text)) == defined(wanted[...], text[...]),
                "\(wanted) \(text), seed \(seed)"
            )
        }
    }
}
