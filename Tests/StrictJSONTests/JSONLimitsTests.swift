// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

struct JSONLimitsTests {
    private func code(_ text: String, _ limits: JSONLimits = .standard) -> String {
        do throws(JSONError) {
            _ = try JSONValue(parsing: text, limits: limits)
            return "accepted"
        } catch {
            return error.code.description
        }
    }

    @Test func depth() {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            let nested = { (depth: Int) in
                String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            }
            #expect(code(nested(64)) == "accepted")
            #expect(code(nested(65)) == "depth")
            #expect(code(nested(3), JSONLimits(maximumDepth: 3)) == "accepted")
            #expect(code(nested(3), JSONLimits(maximumDepth: 2)) == "depth")
            // The bound is met long before the stack ends or the text turns out to be unfinished.
            #expect(code(String(repeating: open, count: 100_000)) == "depth")
        }
        #expect(code("1", JSONLimits(maximumDepth: 0)) == "accepted")
        #expect(code("[]", JSONLimits(maximumDepth: 0)) == "depth")
        // Depth is of nesting, not of count.
        #expect(
            code("[\(Array(repeating: "[[]]", count: 1000).joined(separator: ","))]", JSONLimits(maximumDepth: 3))
                == "accepted"
        )
    }

    /// What stands deep is read as what stands at the top: by another way through the parser, with the same answer.
    @Test(
        arguments: [
            "1", "-0.5e3", "\"a\\u0000\"", "true", "null", "[]", "{}", "[1,[2,{\"a\":[]}],{}]",
            #"{"a":1,"b":{"c":[true,false],"d":{}}}"#, #"[ 1 , { "a" : [ ] } ]"#, #"{"a":1,"a":2}"#,
            #"{"a":{"b":1,"b":2}}"#,
            "", "[1", "[1,]", "[,]", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{1:2}", "[1 2]", #"{"a":1 "b":2}"#,
            "tru", "01",
            #"{"a":1]"#, "[1}", "\u{1}",
        ]
    )
    func deepValues(text: String) {
        let limits = JSONLimits(maximumDepth: 512)
        let wraps: [(open: String, close: String, inner: (JSONValue) -> JSONValue?)] = [
            ("[", "]", { $0.arrayValue?.last }), (#"{"a":[0,"#, "]}", { $0["a"]?.arrayValue?.last }),
            (#"[{"b":{},"a":"#, ",\"c\":1}]", { $0.arrayValue?.last?["a"] }),
        ]
        for depth in [1, 47, 48, 49, 120] {
            for (open, close, inner) in wraps {
                let deep = String(repeating: open, count: depth) + text + String(repeating: close, count: depth)
                #expect(code(deep, limits) == code(open + text + close), "\(depth) \(open)")
                guard var value = try? JSONValue(parsing: deep, limits: limits) else { continue }
                for _ in 0..<depth { value = inner(value) ?? "?" }
                #expect((try? JSONValue(parsing: text)) ?? "?" == value, "\(depth) \(open)")
            }
        }
        #expect(code(String(repeating: "[", count: 513) + String(repeating: "]", count: 513), limits) == "depth")
        #expect(code("[\(text)", limits) != "accepted")
    }

    @Test func bytes() {
        #expect(code("[1,2]", JSONLimits(maximumBytes: 5)) == "accepted")
        #expect(code("[1,2]", JSONLimits(maximumBytes: 4)) == "size")
        #expect(code("[1,2] ", JSONLimits(maximumBytes: 5)) == "size")
        #expect(code("\"\(String(repeating: "x", count: 1 << 20))\"") == "size")
    }

    @Test("Values and member names count")
    func values() {
        #expect(code("[1,2]", JSONLimits(maximumValues: 3)) == "accepted")
        #expect(code("[1,2]", JSONLimits(maximumValues: 2)) == "size")
        #expect(code(#"{"a":1}"#, JSONLimits(maximumValues: 3)) == "accepted")
        #expect(code(#"{"a":1}"#, JSONLimits(maximumValues: 2)) == "size")
    }

    @Test(
        "Errors say where",
        arguments: [
            ("", 0, 1, 1), ("x", 0, 1, 1), ("[1,\n 2,\n x]", 9, 3, 2), ("{\"a\":1,\n\"a\":2}", 8, 2, 1),
            ("\"\\x\"", 1, 1, 2), ("[1] 2", 4, 1, 5),
            ("\n\n", 2, 3, 1), ("01", 0, 1, 1), ("\"\u{E9}\\ud800\"", 3, 1, 4),
        ]
    )
    func positions(_ text: String, _ offset: Int, _ line: Int, _ column: Int) {
        do throws(JSONError) {
            _ = try JSONValue(parsing: text)
            Issue.record("accepted")
        } catch {
            #expect(
                error.offset == offset && error.line == line && error.column == column,
                "\(error) at \(error.offset)"
            )
        }
    }
}
