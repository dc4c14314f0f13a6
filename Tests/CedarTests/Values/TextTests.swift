// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct TextTests {
    /// Canonically equivalent, but other scalars: Swift's `==` calls each pair equal, Cedar does not.
    static let equivalent = [
        ("e\u{301}", "\u{e9}"), ("\u{212B}", "\u{c5}"), ("\u{F900}", "\u{8C48}"),
        ("a\u{323}\u{301}", "a\u{301}\u{323}"), ("\u{1100}\u{1161}", "\u{AC00}"),
    ]

    @Test(arguments: equivalent)
    func canonicalEquivalenceIsNotEquality(left: String, right: String) {
        #expect(left == right)
        #expect(Text(left) != Text(right))
        #expect(Value.string(Text(left)) != .string(Text(right)))
        #expect(Set([Text(left), Text(right)]).count == 2)
        #expect(Record([(Text(left), 1), (Text(right), 2)] as [(Text, Value)]).count == 2)
    }

    @Test func equalityLooksAtEveryScalar() {
        let long = String(repeating: "x", count: 100)
        #expect(Text(long) == Text(String(long.map { $0 })))
        #expect(Text(long) != Text(long + "x"))
        #expect(Text("\r\n") != Text("\n"))
        #expect(Text("a\0") != Text("a"))
    }

    @Test func orderIsThatOfTheScalars() {
        #expect(
            (["\u{1F600}", "\u{FFFD}", "b", "a", ""] as [Text]).sorted() == ["", "a", "b", "\u{FFFD}", "\u{1F600}"]
        )
        #expect(Text("policy10") < Text("policy2"))
    }

    @Test(arguments: ["", "a", "\"", "\\", "\0\n\r\t", "e\u{301}", "\u{200B}\u{2028}", "\u{1F600}", "*", "'"])
    func quotedTextIsReadBackByTheParser(string: String) throws {
        let policy = try #require(
            Policy.parse("@a(\(Text(string).quoted)) permit (principal, action, resource);").first
        )
        #expect(policy.annotation("a") == Text(string))
    }
}
