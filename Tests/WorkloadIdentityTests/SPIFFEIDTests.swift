// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

@Suite struct SPIFFEIDTests {
    @Test(arguments: [
        ("spiffe://example.org", "example.org"), ("spiffe://example.org/a/b", "example.org"),
        ("spiffe://a-b_c.9/ns/Prod/sa/x.y_z-1", "a-b_c.9"), ("spiffe://d/...", "d"),
    ])
    func ids(_ text: String, _ domain: String) {
        #expect(SPIFFEID(text)?.trustDomain == domain)
        #expect(SPIFFEID(text)?.description == text)
    }

    @Test(arguments: [
        "", "spiffe://", "spiffe:///a", "SPIFFE://example.org/a", "http://example.org/a", "spiffe:/example.org/a",
        "spiffe://Example.org/a", "spiffe://example.org:80/a", "spiffe://u@example.org/a", "spiffe://example.org/",
        "spiffe://example.org/a/", "spiffe://example.org//a", "spiffe://example.org/./a", "spiffe://example.org/a/..",
        "spiffe://example.org/a?b", "spiffe://example.org/a#b", "spiffe://example.org/%61", "spiffe://example.org/ä",
        "spiffe://example.org/a b", " spiffe://example.org", "spiffe://example.org/a\n",
        "spiffe://" + String(repeating: "d", count: 256), "spiffe://d/" + String(repeating: "p", count: 2048),
    ])
    func others(_ text: String) { #expect(SPIFFEID(text) == nil) }
}
