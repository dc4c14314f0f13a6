// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct CallTargetTests {
    @Test(
        arguments: [
            ("/", [""]), ("/orders", ["orders"]), ("/orders/", ["orders", ""]), ("/orders/17", ["orders", "17"]),
            ("/orders?x=/../y#z", ["orders"]), ("/?", [""]), ("/a%20b".replacing("%20", with: "%2B"), ["a+b"]),
            ("/%6Frders", ["orders"]), ("/caf%C3%A9", ["caf\u{E9}"]), ("/a:b@c", ["a:b@c"]), ("/...", ["..."]),
            ("/.well-known/x", [".well-known", "x"]), ("/%7Bid%7D", ["{id}"]),
        ] as [(String, [String])]
    )
    func segments(path: String, segments: [String]) {
        #expect(CallTarget.segments(ofPath: path) == segments)
    }

    /// What two readers of one path could take for two different ones.
    @Test(arguments: [
        "", "orders", "http://api.example/orders", "*", "//", "//orders", "/orders//17", "/orders//", "/a/./b",
        "/a/../b",
        "/..", "/.", "/%2e%2e/admin", "/%2E/admin", "/.%2e/admin", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a\\b", "/a;b",
        "/a;x=1/b",
        "/a%3Bb", "/..;/admin", "/a%252Fb", "/a%25", "/%", "/%4", "/%G1", "/%4G", "/a%00b", "/a\u{0}b", "/a\nb",
        "/a%0Ab",
        "/a b", "/a%20b", "/a\u{7F}b", "/a%7F", "/%C0%AF", "/%C3", "/%ED%A0%80", "/%F4%90%80%80", "/%E2%82", "/a#b",
        "/a%C3?%A9", "/a%3Fb", "/a%23b",
    ])
    func ambiguous(path: String) {
        #expect(CallTarget.segments(ofPath: path) == nil)
        #expect(RouteTemplate(path) == nil)
    }

    @Test func lengths() {
        let longest = "/" + String(repeating: "a", count: CallTarget.longestPath - 1)
        #expect(CallTarget.segments(ofPath: longest) != nil)
        #expect(CallTarget.segments(ofPath: longest + "a") == nil)
        #expect(CallTarget.segments(ofPath: "/a?" + String(repeating: "q", count: CallTarget.longestPath)) == nil)
        #expect(CallTarget.segments(ofPath: String(repeating: "/a", count: 64))?.count == 64)
        #expect(CallTarget.segments(ofPath: String(repeating: "/a", count: 65)) == nil)
        #expect(CallTarget.segments(ofPath: String(repeating: "/", count: CallTarget.longestPath)) == nil)
    }

    /// Encoding any allowed byte changes nothing; the one reading of a path does not depend on its spelling.
    @Test(arguments: Seeds.some(3))
    func spelling(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let allowed = Array("abcXYZ019-._~!$&'()*+,=:@".utf8)
        for _ in 0..<200 {
            var plain = "/"
            var encoded = "/"
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let byte = allowed[Int.random(in: allowed.indices, using: &random)]
                let text = String(decoding: [byte], as: UTF8.self)
                plain += text
                let hex = String(byte, radix: 16, uppercase: random.chance(50))
                encoded += random.chance(50) ? "%\(hex.utf8.count == 1 ? "0" : "")\(hex)" : text
            }
            #expect(CallTarget.segments(ofPath: plain) == CallTarget.segments(ofPath: encoded))
        }
    }

    @Test(arguments: Seeds.some(3))
    func anyBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pool = Array("/%.?#;\\{}0aF2e5C".utf8) + [0, 0x7F, 0x80, 0xC3, 0xE2, 0xFF]
        for _ in 0..<1000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in pool.randomElement(using: &random) ?? 0
            }
            let text = "/" + String(decoding: bytes, as: UTF8.self)
            for segment in CallTarget.segments(ofPath: text) ?? [] {
                #expect(!segment.utf8.contains { $0 < 0x21 || $0 == 0x7F || [0x2F, 0x5C, 0x3B, 0x25].contains($0) })
                #expect(segment != "." && segment != "..")
            }
            _ = RouteTemplate(text)
            _ = CallTarget.normalizedHost(text)
        }
    }

    @Test(arguments: [
        ("api.example", "api.example"), ("API.Example.", "api.example"), ("api.example:443", "api.example"),
        ("api.example.:443", "api.example"), ("api.example:80", "api.example"),
        ("api.example:8443", "api.example:8443"),
        ("api.example.:8443", "api.example:8443"), ("api.example:", "api.example"), ("10.0.0.1:80", "10.0.0.1"),
        ("[2001:DB8::1]", "[2001:db8::1]"), ("[2001:db8::1]:443", "[2001:db8::1]"), ("[::1]:8470", "[::1]:8470"),
        ("my_service", "my_service"),
    ])
    func hosts(text: String, host: String) {
        #expect(CallTarget.normalizedHost(text) == host)
        #expect(CallTarget.normalizedHost(host) == host)
    }

    @Test(arguments: [
        "", ".", "..", "a..", ":80", ":443", "a:80:443", "::1", "[]", "[", "]", "[::1", "[[::1]]", "[::1]x", "a[b]",
        "a:b",
        "a:123456", "a b", "a/b", "a@b", "user@a:80", "a,b", "a\u{0}", "\u{E9}.example", "a%2eb", "a:-1", "a:+1",
        String(repeating: "a", count: 262),
    ])
    func noHosts(text: String) { #expect(CallTarget.normalizedHost(text) == nil) }

    @Test func methods() {
        for method in ["GET", "M-SEARCH", String(repeating: "A", count: 20)] { #expect(CallTarget.isMethod(method)) }
        for method in ["", "get", "GET ", "G\u{0}T", "LOC\u{212A}", String(repeating: "A", count: 21)] {
            #expect(!CallTarget.isMethod(method))
        }
    }
}

struct NearlyLiteralTests {
    /// Many an upstream ignores letter case or space: what differs from a literal only in those reaches no parameter.
    @Test(
        arguments: [
            ("admin", 0), ("17", 1), ("Admin", nil), ("ADMIN", nil), ("admin\u{A0}", nil), ("administrator", 1),
        ] as [(String, Int?)]
    )
    func parameterBesideLiteral(segment: String, operation: Int?) throws {
        var table = RouteTable()
        #expect(table.insert(try #require(RouteTemplate("/orders/admin")), method: "GET", operation: 0))
        #expect(table.insert(try #require(RouteTemplate("/orders/{id}")), method: "GET", operation: 1))
        #expect(table.operation(method: "GET", segments: ["orders", segment]) == operation)
    }
}
