// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

struct OAuthScopeTests {
    @Test(
        arguments: [
            ("a", "a"), ("a b c", "a b c"), ("b a b", "b a"), ("read:x write:x/y", "read:x write:x/y"),
            ("!#~[]", "!#~[]"),
            ("A a", "A a"),
        ]
    )
    func read(_ text: String, _ expected: String) throws { #expect(try OAuthScope(text).description == expected) }

    @Test(arguments: ["", " ", " a", "a ", "a  b", "a\tb", "a\nb", "a\"b", "a\\b", "\u{E9}", "a\u{0}", "a\u{7F}"])
    func refused(_ text: String) { #expect(throws: WorkloadIdentityError.self) { try OAuthScope(text) } }

    @Test func bounds() {
        let most = (0..<128).map { "t\($0)" }.joined(separator: " ")
        #expect((try? OAuthScope(most))?.tokens.count == 128)
        #expect(throws: WorkloadIdentityError.self) { try OAuthScope(most + " one-more") }
        #expect((try? OAuthScope(String(repeating: "a", count: 4096))) != nil)
        #expect(throws: WorkloadIdentityError.self) { try OAuthScope(String(repeating: "a", count: 4097)) }
    }

    @Test func comparing() throws {
        let (wide, narrow) = (try OAuthScope("a b c"), try OAuthScope("c a"))
        #expect(narrow.isWithin(wide) && !wide.isWithin(narrow) && wide.isWithin(wide))
        #expect(try !OAuthScope("A").isWithin(wide) && !OAuthScope("a d").isWithin(wide))
        #expect(try wide.narrowed(to: OAuthScope("c x a")) == narrow)
        #expect(try wide.narrowed(to: OAuthScope("c x a")).description == "a c")
        #expect(try wide.narrowed(to: OAuthScope("x")).isEmpty && wide.narrowed(to: .none) == .none)
        #expect(
            OAuthScope.none.isWithin(narrow) && !narrow.isWithin(.none) && wide.contains("b") && !wide.contains("B")
        )
    }
}
