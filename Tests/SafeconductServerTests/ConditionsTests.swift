// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing

@testable import SafeconductServer

@Suite struct ConditionsTests {
    @Test(arguments: [
        ("\"a\"", "a", true), ("\"a\", \"b\"", "b", true), ("\"a\",\"b\"", "c", false),
        (" \"a\" ,\t\"b\"  ", "b", true),
        ("W/\"a\"", "a", true), ("*", "a", true), ("\"\"", "", true), ("\"a,b\"", "a,b", true),
        ("\"a\", ,\"b\"", "b", true),
        ("\"\u{e4}\"", "\u{e4}", true), ("\"a\u{308}\"", "\u{e4}", false),
    ])
    func listsOfTags(_ text: String, _ tag: String, _ isIn: Bool) throws {
        let tags = try #require(EntityTags(text))
        #expect(tags.include(EntityTag(opaque: tag), weakly: true) == isIn)
        #expect(!tags.include(nil, weakly: true))
        // A weak tag never lets anything be changed.
        if text.hasPrefix("W/") { #expect(!tags.include(EntityTag(opaque: tag), weakly: false)) }
    }

    @Test(arguments: [
        "", " ", ",", "a", "\"a", "a\"", "\"a\"b", "\"a\" \"b\"", "w/\"a\"", "*,\"a\"", "**", "\"a b\"", "\"a\u{7f}\"",
        "W/",
        String(repeating: "\"a\",", count: 64) + "\"a\"",
    ])
    func listsThatAreNone(_ text: String) { #expect(EntityTags(text) == nil) }

    @Test(arguments: [
        ("abc", "abc"), ("\"abc\"", "abc"), ("\"a\\\"b\"", "a\"b"), ("\"a\\\\b\"", "a\\b"), ("!~", "!~"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
        (String(repeating: "k", count: 255), String(repeating: "k", count: 255)),
        ("\"" + String(repeating: "k", count: 255) + "\"", String(repeating: "k", count: 255)),
    ])
    func keys(_ value: String, _ key: String) { #expect(IdempotencyKey(value)?.text == key) }

    @Test(arguments: [
        "", "\"\"", "\"", "\"a", "a\"", "a b", "\"a b\"", "a\u{e4}", "a\tb", "\"a\\\"", "\"a\\nb\"", "\"a\"b\"", "a\\b",
        String(repeating: "k", count: 256), "\"" + String(repeating: "k", count: 256) + "\"", "\"abc\";x=1",
    ])
    func keysThatAreNone(_ value: String) { #expect(IdempotencyKey(value) == nil) }

    @Test func oneKeyToARequest() {
        #expect(throws: Problem.self) {
            try IdempotencyKey(HTTPHeaders([("Idempotency-Key", "a"), ("idempotency-key", "a")]))
        }
        #expect(throws: Never.self) { try #expect(IdempotencyKey(HTTPHeaders()) == nil) }
    }

    @Test func whatConditionsAllow() throws {
        let present = EntityTag(generation: 1, rev: 7)
        func allowed(_ headers: [(String, String)], _ present: EntityTag?) throws -> Bool {
            try Conditions(HTTPHeaders(headers)).allowChange(of: present)
        }
        #expect(present.description == "\"g1-r7\"" && present.rev == 7)
        #expect(try allowed([], present) && allowed([], nil))
        #expect(try allowed([("If-Match", "\"g1-r7\"")], present))
        #expect(try !allowed([("If-Match", "\"g1-r6\"")], present))
        #expect(try !allowed([("If-Match", "W/\"g1-r7\"")], present))
        #expect(try !allowed([("If-Match", "\"g2-r7\"")], present))
        #expect(try allowed([("If-Match", "*")], present))
        #expect(try !allowed([("If-Match", "*")], nil))
        #expect(try allowed([("If-None-Match", "*")], nil))
        #expect(try !allowed([("If-None-Match", "*")], present))
        #expect(try !allowed([("If-None-Match", "W/\"g1-r7\"")], present))
        #expect(try allowed([("If-Match", "\"g1-r6\""), ("If-Match", "\"g1-r7\"")], present))
        #expect(throws: Problem.self) { try allowed([("If-Match", "g1-r7")], present) }
    }

    @Test(arguments: ["", "g1", "g1-", "g1-r", "g1-rx", "g1-r-1", "r7"])
    func tagsWithoutARevision(_ opaque: String) { #expect(EntityTag(opaque: opaque).rev == nil) }

    @Test(arguments: ["", "a", "ab", "zz", "7b", "00ff", String(repeating: "0", count: 258), "C3A4"])
    func tokensOfNoPage(_ token: String) { #expect(PageToken(token)?.place(in: "/v1/x") == nil) }

    @Test func tokensBelongToTheirList() {
        let token = PageToken("nhi_1", in: "/v1/identities").description
        #expect(token.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        #expect(PageToken(token)?.place(in: "/v1/identities") == "nhi_1")
        #expect(PageToken(token)?.place(in: "/v1/apis") == nil)
    }
}
