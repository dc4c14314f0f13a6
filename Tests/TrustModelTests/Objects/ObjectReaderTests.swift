// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

struct ObjectReaderTests {
    private func reader(_ text: String, at pointer: String = "") throws -> ObjectReader {
        try ObjectReader(try JSONValue(parsing: text), at: pointer)
    }

    @Test func pointersAreEscaped() throws {
        let reader = try reader("{}", at: "/a/0")
        #expect(reader.pointer(to: "b") == "/a/0/b")
        #expect(reader.pointer(to: "~/~1") == "/a/0/~0~1~01")
        #expect(reader.pointer(to: "") == "/a/0/")
    }

    @Test(arguments: ["[]", "1", "null", #""{}""#, "true"])
    func onlyObjects(text: String) throws {
        let error = try #require(throws: ShapeError.self) { try reader(text, at: "/x") }
        #expect(error.code == .kind && error.pointer == "/x")
    }

    @Test func kinds() throws {
        var reader = try reader(#"{"s":"x","i":-5,"b":false,"a":["p",1],"o":{"k":1},"n":null,"f":1.0}"#)
        #expect(try reader.string("s") == "x")
        #expect(try reader.integer("i") == -5)
        #expect(try reader.optionalBool("b") == false)
        #expect(try reader.array("a").map(\.pointer) == ["/a/0", "/a/1"])
        #expect(try reader.optionalObject("o")?.pointer == "/o")
        #expect(reader.optional("n") == nil)
        #expect(try reader.optionalString("n") == nil)
        #expect(throws: ShapeError(.kind, "/f", "an integer is expected, not number")) { try reader.integer("f") }
        #expect(throws: ShapeError(.kind, "/i", "a string is expected, not number")) { try reader.string("i") }
        #expect(throws: ShapeError(.kind, "/a/1", "a string is expected, not number")) { try reader.strings("a") }
        #expect(throws: ShapeError(.kind, "/s", "an array is expected, not string")) { try reader.array("s") }
        #expect(throws: ShapeError(.missing, "/n", "'n' is required")) { try reader.string("n") }
        #expect(throws: ShapeError(.missing, "/z", "'z' is required")) { try reader.required("z") }
        try reader.finish()
    }

    @Test func unknownMembers() throws {
        var reader = try reader(#"{"purpose":"a","purpse/":1}"#)
        _ = try reader.string("purpose")
        let error = try #require(throws: ShapeError.self) { try reader.finish() }
        #expect(error.code == .unknown && error.pointer == "/purpse~1")
        #expect(error.message.contains("'purpose'"))
        #expect(error.description == "/purpse~1: \(error.message)")
    }

    @Test func namesCompareByBytes() throws {
        // "K" and the Kelvin sign are canonically equivalent, and are two names.
        var reader = try reader("{\"\u{212A}\":1}")
        #expect(reader.optional("K") == nil)
        #expect(throws: ShapeError.self) { try reader.finish() }
    }

    @Test func nearest() {
        #expect(nearestName(to: "owenr", among: ["owner", "name"]) == "owner")
        #expect(nearestName(to: "zzz", among: ["owner", "name"]) == nil)
        #expect(nearestName(to: String(repeating: "a", count: 65), among: [String(repeating: "a", count: 64)]) == nil)
    }
}
