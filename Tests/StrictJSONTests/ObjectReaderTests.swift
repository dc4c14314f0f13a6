// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

struct ObjectReaderTests {
    private func reader(_ text: String) throws -> ObjectReader {
        try ObjectReader(JSONValue(parsing: text), at: "/root")
    }

    /// The code and pointer of what `body` throws.
    private func failure(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch let error as ShapeError {
            return "\(error.code) \(error.pointer)"
        } catch {
            return "\(error)"
        }
    }

    @Test func readsEveryKind() throws {
        var reader = try reader(#"{"s":"x","i":-7,"b":true,"n":null,"a":["p","q"],"o":{"in":1}}"#)
        #expect(try reader.string("s") == "x" && reader.integer("i") == -7)
        #expect(try reader.optionalBool("b") == true)
        #expect(try reader.optionalString("n") == nil)
        #expect(try reader.strings("a") == ["p", "q"] && reader.strings("none").isEmpty)
        #expect(try reader.array("a").map(\.pointer) == ["/root/a/0", "/root/a/1"])
        var inner = try #require(try reader.optionalObject("o"))
        #expect(inner.pointer == "/root/o")
        #expect(try inner.required("in") == 1)
        try inner.finish()
        try reader.finish()
    }

    @Test func failuresNameTheirPlace() throws {
        let text = #"{"s":1,"i":1.5,"b":0,"a":{},"l":["x",1],"o":[],"n":null}"#
        #expect(failure { _ = try ObjectReader([1]) } == "wrong_type ")
        #expect(
            failure {
                var r = try reader(text); _ = try r.string("s")
            } == "wrong_type /root/s"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.integer("i")
            } == "wrong_type /root/i"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.optionalBool("b")
            } == "wrong_type /root/b"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.array("a")
            } == "wrong_type /root/a"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.strings("l")
            } == "wrong_type /root/l/1"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.optionalObject("o")
            } == "wrong_type /root/o"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.string("n")
            } == "missing /root/n"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.integer("x")
            } == "missing /root/x"
        )
        #expect(
            failure {
                var r = try reader(text); _ = try r.required("x")
            } == "missing /root/x"
        )
    }

    @Test("An unknown member is refused and the nearest known one named")
    func unknown() throws {
        var reader = try reader(#"{"audience":1,"owner":"x"}"#)
        _ = try reader.string("owner")
        _ = reader.optional("audiences")
        do throws(ShapeError) {
            try reader.finish()
            Issue.record("accepted")
        } catch {
            #expect(error.code == .unknown && error.pointer == "/root/audience")
            #expect(error.message == "unknown member; did you mean 'audiences'?")
            #expect(error.description == "/root/audience: unknown member; did you mean 'audiences'?")
        }
    }

    @Test(
        "Names are escaped in pointers (RFC 6901)",
        arguments: [
            ("a", "/root/a"), ("a/b", "/root/a~1b"), ("m~n", "/root/m~0n"), ("", "/root/"), ("~1", "/root/~01"),
            ("é", "/root/é"), ("a b", "/root/a b"),
        ]
    )
    func pointers(_ key: String, _ expected: String) throws { #expect(try reader("{}").pointer(to: key) == expected) }

    @Test("A known name in another Unicode form is unknown")
    func canonicalEquivalence() throws {
        var reader = try reader("{\"e\u{301}\":1}")
        #expect(reader.optional("\u{E9}") == nil)
        let checked = reader
        #expect(throws: ShapeError.self) { try checked.finish() }
    }
}

struct NearestNameTests {
    @Test(
        arguments: [
            ("audence", "audience"), ("audeince", "audience"), ("audienced", "audience"), ("Audience", "audience"),
            ("onwer", "owner"), ("owner", "owner"),
            ("zzz", nil), ("", nil), ("url", "url"), ("ulr", "url"), ("expires", "expires_at"), ("expiry", nil),
            ("expires_in", "expires_at"),
        ] as [(String, String?)]
    )
    func nearest(_ name: String, _ expected: String?) {
        #expect(nearestName(to: name, among: ["owner", "audience", "url", "expires_at"]) == expected)
    }

    @Test func boundsAndTies() {
        let long = String(repeating: "a", count: 65)
        #expect(nearestName(to: long, among: [long]) == nil)
        #expect(nearestName(to: "a", among: [long, "ab"]) == "ab")
        #expect(nearestName(to: "abc", among: ["abd", "abe"]) == "abd")
        #expect(nearestName(to: "abc", among: [String]()) == nil)
    }
}
