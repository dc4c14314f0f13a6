// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

struct HTTPLocationTests {
    @Test(
        "Read into parts",
        arguments: [
            ("https://a.example", "a.example", 443, "/", nil as String?),
            ("https://a.example/", "a.example", 443, "/", nil),
            ("http://a.example:8080/x/y", "a.example", 8080, "/x/y", nil),
            ("https://a.example?x=1&y=/?", "a.example", 443, "/", "x=1&y=/?"),
            ("https://127.0.0.1:1/", "127.0.0.1", 1, "/", nil),
            ("https://[2001:db8::1]:65535/k", "2001:db8::1", 65535, "/k", nil),
            ("https://[::1]", "::1", 443, "/", nil),
            ("https://a-b.c1.example/~x/%C3%A9;v=1,2", "a-b.c1.example", 443, "/~x/%C3%A9;v=1,2", nil),
            ("https://a/..b/c...d/.e", "a", 443, "/..b/c...d/.e", nil),
            ("https://xn--bcher-kva.example", "xn--bcher-kva.example", 443, "/", nil),
            ("https://1password.example", "1password.example", 443, "/", nil),
            ("https://a.example//x", "a.example", 443, "//x", nil),
            ("https://a.example/?", "a.example", 443, "/", ""),
        ]
    )
    func read(_ text: String, _ host: String, _ port: Int, _ path: String, _ query: String?) throws {
        let location = try HTTPLocation(text)
        #expect(location.host == host && location.port == port && location.path == path && location.query == query)
        #expect(location.description == text)
    }

    @Test(
        "Refused",
        arguments: [
            "", "a", "a.example", "//a.example", "ftp://a.example", "HTTPS://a.example", "https:a.example",
            "https:/a.example", "https://",
            "https:///x", "https://:443", "https://a.example:", "https://a.example:0", "https://a.example:080",
            "https://a.example:65536",
            "https://a.example:99999999999999999999", "https://a.example:8a", "https://A.example", "https://a.example.",
            "https://.a.example",
            "https://a..example", "https://-a.example", "https://a-.example", "https://a_b.example",
            "https://a%2eexample", "https://bücher.example",
            "https://user@a.example", "https://user:pass@a.example", "https://a.example@b.example",
            "https://@a.example", "https://a.example#x",
            "https://a.example/#", "https://a.example/x y", "https://a.example/\t", "https://a.example\n",
            " https://a.example", "https://a.example\\@b.example",
            "https://a.example/\\x", "https://a.example/../x", "https://a.example/x/..", "https://a.example/./x",
            "https://a.example/x/.",
            "https://a.example/%2e%2e/x", "https://a.example/%2E%2E/x", "https://a.example/%2Fx",
            "https://a.example/%5Cx", "https://a.example/%00",
            "https://a.example/%0A", "https://a.example/%7F", "https://a.example/%", "https://a.example/%4",
            "https://a.example/%zz", "https://a.example/%c3",
            "https://a.example/é", "https://a.example/<x>", "https://a.example/\"", "https://a.example/x|y",
            "https://a.example/{x}", "https://a.example/x^",
            "https://a.example/`", "https://127.1", "https://127.0.0.1.", "https://2130706433", "https://0x7f000001",
            "https://0x7f.0.0.1", "https://a.0x7f",
            "https://017700000001", "https://127.0.0.01", "https://256.0.0.1", "https://a.1", "https://[::1",
            "https://::1", "https://[::1]x", "https://[127.0.0.1]",
            "https://[::1%25eth0]", "https://[fe80::1%eth0]", "https://[v1.x]", "https://[]", "https://a[::1]",
            "https://[::1]:", "https://a.example:1:2",
            "https://a.example/?x=y z", "https://a.example/?%0d",
        ]
    )
    func refused(_ text: String) { #expect(throws: WorkloadIdentityError.self) { try HTTPLocation(text) } }

    @Test func bounds() {
        #expect((try? HTTPLocation("https://a/" + String(repeating: "x", count: 2038))) != nil)
        #expect(throws: WorkloadIdentityError.self) {
            try HTTPLocation("https://a/" + String(repeating: "x", count: 2039))
        }
        #expect(throws: WorkloadIdentityError.self) {
            try HTTPLocation("https://" + String(repeating: "a", count: 64) + ".example")
        }
        let long = Array(repeating: "abcdefghi", count: 26).joined(separator: ".")
        #expect(throws: WorkloadIdentityError.self) { try HTTPLocation("https://\(long)") }
    }

    @Test(
        "Loopback by spelling",
        arguments: [
            ("http://localhost", true), ("http://127.0.0.1", true), ("http://127.255.0.9:80", true),
            ("http://[::1]", true),
            ("http://[::ffff:127.0.0.1]", true), ("http://localhost.example", false), ("http://sub.localhost", false),
            ("http://10.0.0.1", false),
            ("http://0.0.0.0", false), ("http://[::]", false), ("http://a.example", false),
            ("http://localhost1", false),
        ]
    )
    func loopback(_ text: String, _ expected: Bool) throws {
        #expect(try HTTPLocation(text).isLoopback == expected)
        let issuer = try? IssuerURL(text, allowingLoopbackHTTP: true)
        #expect((issuer != nil) == expected)
        #expect(throws: WorkloadIdentityError.self) { try IssuerURL(text) }
    }
}
