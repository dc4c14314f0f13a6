// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import WorkloadIdentity

@Suite struct SPIFFEIDTests {
    @Test(arguments: [
        ("spiffe://example.org", "example.org", ""), ("spiffe://example.org/a/b", "example.org", "/a/b"),
        ("spiffe://a-b_c.9/ns/Prod/sa/x.y_z-1", "a-b_c.9", "/ns/Prod/sa/x.y_z-1"), ("spiffe://d/...", "d", "/..."),
        ("spiffe://1.2.3.4/x", "1.2.3.4", "/x"),
        ("spiffe://" + String(repeating: "d", count: 255) + "/x", String(repeating: "d", count: 255), "/x"),
        ("spiffe://d/" + String(repeating: "p", count: 2037), "d", "/" + String(repeating: "p", count: 2037)),
    ])
    func ids(_ text: String, _ domain: String, _ path: String) throws {
        let id = try SPIFFEID(validating: text)
        #expect(id.trustDomain.description == domain && id.path == path && id.description == text)
        #expect(id.isWorkload == !path.isEmpty)
        #expect(id.isMember(of: try TrustDomain(validating: domain)))
        #expect(!id.isMember(of: try TrustDomain(validating: "other.test")))
    }

    @Test("Scheme and trust domain know no case, the path does")
    func spelling() throws {
        let id = try SPIFFEID(validating: "SPIFFE://Example.ORG/A/b")
        #expect(id.description == "spiffe://example.org/A/b")
        #expect(id == SPIFFEID("spiffe://example.org/A/b"))
        #expect(id != SPIFFEID("spiffe://example.org/a/b"))
        #expect(TrustDomain("EXAMPLE.org") == id.trustDomain)
    }

    @Test(arguments: [
        ("", "scheme"), ("spiffe:/example.org/a", "scheme"), ("http://example.org/a", "scheme"),
        (" spiffe://example.org", "scheme"), ("spiffe:", "scheme"), ("spiffe//example.org", "scheme"),
        ("\u{17F}piffe://example.org/a", "scheme"),
        ("spiffe://", "trust_domain_empty"), ("spiffe:///a", "trust_domain_empty"),
        ("spiffe://example.org:80/a", "authority"), ("spiffe://u@example.org/a", "authority"),
        ("spiffe://u:p@example.org/a", "authority"), ("spiffe://example.org:/a", "authority"),
        ("spiffe://exam%20ple.org/a", "escape"), ("spiffe://example.org/%61", "escape"),
        ("spiffe://exämple.org/a", "trust_domain_character"), ("spiffe://exa mple.org", "trust_domain_character"),
        ("spiffe://example.org\n", "trust_domain_character"), ("spiffe://[::1]/a", "trust_domain_character"),
        ("spiffe://example.org\\a", "trust_domain_character"),
        ("spiffe://" + String(repeating: "d", count: 256) + "/a", "trust_domain_too_long"),
        ("spiffe://d/" + String(repeating: "p", count: 2038), "too_long"),
        ("spiffe://example.org/", "trailing_slash"), ("spiffe://example.org/a/", "trailing_slash"),
        ("spiffe://example.org//", "trailing_slash"), ("spiffe://example.org//a", "empty_segment"),
        ("spiffe://example.org/./a", "relative_segment"), ("spiffe://example.org/a/..", "relative_segment"),
        ("spiffe://example.org/.", "relative_segment"), ("spiffe://example.org/a?b", "query"),
        ("spiffe://example.org?b", "query"), ("spiffe://example.org/a#b", "query"),
        ("spiffe://example.org/a?", "query"),
        ("spiffe://example.org/ä", "path_character"), ("spiffe://example.org/a b", "path_character"),
        ("spiffe://example.org/a\n", "path_character"), ("spiffe://example.org/a\0", "path_character"),
        ("spiffe://example.org/a:b", "path_character"), ("spiffe://example.org/a\u{301}", "path_character"),
        ("spiffe://example.org/~a", "path_character"), ("spiffe://example.org/*", "path_character"),
    ])
    func others(_ text: String, _ code: String) {
        #expect(SPIFFEID(text) == nil)
        let refusal = #expect(throws: SPIFFEIDRefusal.self) { try SPIFFEID(validating: text) }
        #expect(refusal?.code == code)
    }

    @Test(arguments: ["", "a/b", "a b", "spiffe://a", "ä", "a:1", String(repeating: "d", count: 256)])
    func noTrustDomains(_ name: String) { #expect(TrustDomain(name) == nil) }

    @Test("Every reason has its own code and a sentence")
    func reasons() {
        #expect(Set(SPIFFEIDRefusal.allCases.map(\.code)).count == SPIFFEIDRefusal.allCases.count)
        for refusal in SPIFFEIDRefusal.allCases { #expect(refusal.message.count > 20) }
    }

    @Test("A text of random pieces is an id or has a reason, and an id survives its own description")
    func property() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Xorshift(seed: seed)
        let pieces = [
            "spiffe://", "SPIFFE://", "a", "B", "/", "/", ".", "..", "-", "%41", "?", "@", ":", "é", "\n", "0",
        ]
        for _ in 0..<5_000 {
            var text = random.next() % 4 == 0 ? "" : "spiffe://"
            for _ in 0..<random.next() % 8 { text += pieces[Int(random.next() % UInt64(pieces.count))] }
            guard let id = SPIFFEID(text) else { continue }
            #expect(SPIFFEID(id.description) == id, "seed \(seed)")
            #expect(id.description.utf8.count == text.utf8.count && !text.contains("%"), "seed \(seed)")
        }
    }
}
