// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

struct JSONDuplicateTests {
    private func code(_ text: String) -> String {
        do throws(JSONError) {
            _ = try JSONValue(parsing: text)
            return "accepted"
        } catch {
            return error.code.description
        }
    }

    @Test(arguments: [
        (#"{"a":1,"a":1}"#, "duplicate_member"), (#"{"a":1,"b":2,"a":3}"#, "duplicate_member"),
        (#"{"":1,"":2}"#, "duplicate_member"),
        (#"{"a":1,"\u0061":2}"#, "duplicate_member"), (#"[{"x":{"a":1,"a":1}}]"#, "duplicate_member"),
        (#"{"a":{"a":1},"b":{"a":1}}"#, "accepted"),
        (#"{"a":1,"A":2}"#, "accepted"), (#"{"a":1,"a ":2}"#, "accepted"), (#"{"a":1,"a\u0000":2}"#, "accepted"),
        // Canonically equivalent names have different bytes, and every standard compares bytes.
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", "accepted"), ("{\"\u{E9}\":1,\"\\u00e9\":2}", "duplicate_member"),
        ("{\"\u{1F600}\":1,\"\\ud83d\\ude00\":2}", "duplicate_member"),
    ])
    func duplicates(_ text: String, _ expected: String) { #expect(code(text) == expected) }

    @Test(
        "Found wherever the second one stands, in small objects and large",
        arguments: [2, 3, 15, 16, 17, 18, 40, 300]
    )
    func anywhere(_ count: Int) {
        let names = (0..<count).map { "\"n\($0)\":\($0)" }
        #expect(code("{\(names.joined(separator: ","))}") == "accepted")
        for first in [0, 1, count / 2, count - 1] {
            #expect(code("{\((names + ["\"n\(first)\":0"]).joined(separator: ","))}") == "duplicate_member")
        }
    }

    // Squared it would be 5 * 10^9 comparisons, which the limit does not leave time for.
    @Test("A hostile object of a hundred thousand members costs no square", .timeLimit(.minutes(5)))
    func hostile() throws {
        let names = (0..<100_000).map { "\"\($0)\":0" }.joined(separator: ",")
        let limits = JSONLimits(maximumBytes: 1 << 22)
        let object = try JSONValue(parsing: Array("{\(names)}".utf8), limits: limits)
        #expect(object.objectValue?.count == 100_000)
        #expect(object == object)
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("{\(names),\"7\":0}".utf8), limits: limits) }
    }
}
