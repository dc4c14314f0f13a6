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
