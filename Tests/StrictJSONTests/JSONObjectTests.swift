// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

struct JSONObjectTests {
    @Test func keepsOrderAndReplacesInPlace() {
        var object = JSONObject([("b", 1), ("a", 2), ("b", 3)])
        #expect(object.map(\.key) == ["b", "a"])
        #expect(object["b"] == 3)
        object["c"] = "x"
        object["a"] = nil
        object["missing"] = nil
        #expect(object.map(\.key) == ["b", "c"] && object.count == 2)
        object["b"] = .null
        #expect(object["b"] == .null && object[0].key == "b")
    }

    @Test("Names and strings compare by bytes")
    func bytes() {
        let object = JSONObject([("\u{E9}", 1), ("e\u{301}", 2)])
        #expect(object.count == 2 && object["\u{E9}"] == 1 && object["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
        #expect(!sameBytes("\u{E9}", "e\u{301}") && sameBytes("a", "a") && !sameBytes("a", "b") && sameBytes("", ""))
    }

    @Test("Equality ignores order, in small objects and large", arguments: [0, 1, 2, 16, 17, 200])
    func equality(_ count: Int) {
        let pairs = (0..<count).map { ("k\($0)", JSONValue.integer(Int64($0))) }
        #expect(JSONObject(pairs) == JSONObject(pairs.reversed()))
        guard count > 0 else { return }
        var changed = pairs
        changed[count / 2].1 = .integer(-1)
        #expect(JSONObject(pairs) != JSONObject(changed))
        changed = pairs
        changed[count / 2].0 = "other"
        #expect(JSONObject(pairs) != JSONObject(changed))
        #expect(JSONObject(pairs) != JSONObject(Array(pairs.dropLast())))
    }

    @Test func kindsAreNotConverted() throws {
        #expect(try JSONValue(parsing: "1") != JSONValue(parsing: "1.0"))
        #expect(try JSONValue(parsing: "1") != JSONValue(parsing: "\"1\""))
        #expect(JSONValue.null != .bool(false) && JSONValue.integer(0) != .bool(false))
        let value: JSONValue = ["s": "x", "i": 1, "b": true, "n": nil, "a": [1], "o": [:]]
        #expect(value["s"]?.stringValue == "x" && value["s"]?.integerValue == nil)
        #expect(value["i"]?.integerValue == 1 && value["i"]?.boolValue == nil && value["i"]?.stringValue == nil)
        #expect(value["b"]?.boolValue == true && value["n"]?.isNull == true && value["i"]?.isNull == false)
        #expect(
            value["a"]?.arrayValue?.count == 1 && value["o"]?.objectValue?.isEmpty == true
                && value["a"]?.objectValue == nil
        )
        #expect(value["absent"] == nil && value["s"]?["x"] == nil && value.arrayValue == nil)
        let names = ["s", "i", "b", "n", "a", "o"].map { value[$0]?.kindName ?? "" }
        #expect(names == ["string", "number", "boolean", "null", "array", "object"])
    }
}
