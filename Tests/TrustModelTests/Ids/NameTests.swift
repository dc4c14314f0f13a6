// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct NameTests {
    @Test(arguments: ["a", "0", "a.b_c-d", "checkout-eu.1", String(repeating: "a", count: 63)])
    func names(text: String) {
        #expect(Name.isValid(text))
        #expect(Name.isTerm(text))
    }

    @Test(arguments: ["prod/eu", "a:b", "spiffe:/x", String(repeating: "a", count: 128), "a/"])
    func terms(text: String) {
        #expect(!Name.isValid(text))
        #expect(Name.isTerm(text))
    }

    @Test(arguments: [
        "", ".a", "_a", "-a", "/a", ":a", "A", "aB", "a b", " a", "a\n", "a\u{0}", "\u{E9}", "e\u{301}", "a\\b", "a%62",
        "\u{212A}", "a\u{200B}", "../a", String(repeating: "a", count: 129),
    ])
    func neither(text: String) {
        #expect(!Name.isValid(text))
        #expect(!Name.isTerm(text))
    }

    @Test func length() {
        #expect(!Name.isValid(String(repeating: "a", count: 64)))
        // A name can never be taken for an id: ids have capitals after the prefix, names have none.
        #expect(!Name.isValid(Sample.owner.description))
    }
}
