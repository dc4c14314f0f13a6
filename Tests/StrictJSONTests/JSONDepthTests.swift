// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing

/// What is deep is written and compared as what is flat, by another way through the code, and costs no stack.
@Suite struct JSONDepthTests {
    private static let limits = JSONLimits(maximumDepth: 1024)

    private static func wrap(_ text: String, _ depth: Int, _ open: String, _ close: String) -> String {
        String(repeating: open, count: depth) + text + String(repeating: close, count: depth)
    }

    @Test(arguments: [1, 20, 23, 24, 25, 47, 48, 49, 50, 300])
    func whatIsReadIsWritten(depth: Int) throws {
        for inner in ["[]", "{}", #"{"a":[1,{}],"b":"x","c":null}"#, #"[true,-1,1.5,"\"",[[]]]"#] {
            for (open, close) in [("[", "]"), (#"{"a":[0,"#, "],\"b\":{}}"), (#"[{"c":[],"a":"#, "},1]")] {
                let text = Self.wrap(inner, depth, open, close)
                let value = try JSONValue(parsing: text, limits: Self.limits)
                #expect(String(decoding: value.serialized(), as: UTF8.self) == text)
            }
        }
    }

    private static let pairs: [(String, String, Bool)] = [
        ("1", "1", true), ("1", "2", false), ("[]", "{}", false), ("[]", "[1]", false), ("[1,2]", "[2,1]", false),
        (#"{"a":1,"b":[2]}"#, #"{"b":[2],"a":1}"#, true), (#"{"a":1}"#, #"{"b":1}"#, false),
        (#"{"a":1}"#, #"{"a":1,"b":1}"#, false), (#"{"a":{"b":[1]}}"#, #"{"a":{"b":[2]}}"#, false),
        (#"["\#u{e9}"]"#, #"["e\u0301"]"#, false), ("null", "null", true), ("1.0", "1.00", false),
        (
            "{\((0..<20).map { "\"k\($0)\":[\($0)]" }.joined(separator: ","))}",
            "{\((0..<20).reversed().map { "\"k\($0)\":[\($0)]" }.joined(separator: ","))}", true
        ),
    ]

    @Test(arguments: [0, 1, 23, 24, 46, 47, 48, 49, 300])
    func whatIsEqualDeepIsEqualFlat(depth: Int) throws {
        for (left, right, isEqual) in Self.pairs {
            for (open, close) in [("[", "]"), (#"{"x":1,"a":"#, ",\"b\":2}"), (#"[{"c":[],"a":"#, "},1]")] {
                let values = try [left, right].map {
                    try JSONValue(parsing: Self.wrap($0, depth, open, close), limits: Self.limits)
                }
                #expect((values[0] == values[1]) == isEqual, "\(left) \(right) \(open)")
            }
        }
    }

    /// The stack of some thread pools carries a thousand levels.
    @Test(arguments: [("[", "]"), (#"{"a":"#, "}"), (#"{"a":[1,"#, "],\"b\":[]}")])
    func smallStack(open: String, close: String) async throws {
        let text = Self.wrap("1", 1024 / open.count { $0 == "[" || $0 == "{" }, open, close)
        let written = try await withCheckedThrowingContinuation { (done: CheckedContinuation<String?, any Error>) in
            let thread = Thread {
                done.resume(
                    with: Result {
                        let first = try JSONValue(parsing: text, limits: Self.limits)
                        let second = try JSONValue(parsing: text, limits: Self.limits)
                        return first == second ? String(decoding: second.serialized(), as: UTF8.self) : nil
                    }
                )
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(written == text)
    }
}
