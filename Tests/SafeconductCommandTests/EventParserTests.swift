// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SafeconductCommand

@Suite struct EventParserTests {
    /// The same bytes in pieces of every size give the same events.
    @Test(
        arguments: [
            ("data: a\n\n", [StreamEvent(id: "", name: "message", data: "a")]),
            (
                "id: 1\nevent: cut\ndata: {}\n\ndata:b\n\n",
                [StreamEvent(id: "1", name: "cut", data: "{}"), StreamEvent(id: "1", name: "message", data: "b")]
            ),
            ("data: a\ndata: b\n\n", [StreamEvent(id: "", name: "message", data: "a\nb")]),
            (
                "data: a\r\n\r\ndata: b\r\r",
                [StreamEvent(id: "", name: "message", data: "a"), StreamEvent(id: "", name: "message", data: "b")]
            ),
            (": comment\n\nid: 7\n\ndata\n\n", [StreamEvent(id: "7", name: "message", data: "")]),
            (
                "data:  two spaces: and a colon\n\n",
                [StreamEvent(id: "", name: "message", data: " two spaces: and a colon")]
            ),
            (
                "retry: 5\nunknown: x\ndata: \u{e4}\u{1F600}\n\n",
                [StreamEvent(id: "", name: "message", data: "\u{e4}\u{1F600}")]
            ),
            ("event: cut\n\ndata: a\n\n", [StreamEvent(id: "", name: "message", data: "a")]),
            ("data: not whole\n", []), ("", []),
            ("id: 1\nid: a\u{0}b\ndata: x\n\n", [StreamEvent(id: "1", name: "message", data: "x")]),
        ] as [(String, [StreamEvent])]
    )
    func events(_ text: String, _ expected: [StreamEvent]) throws {
        let bytes = Array(text.utf8)
        for size in 1...max(bytes.count, 1) {
            var parser = EventParser()
            var events: [StreamEvent] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                let completed = parser.take(bytes[start..<min(bytes.count, start + size)])
                events += try #require(completed)
            }
            #expect(events == expected, "in pieces of \(size)")
        }
    }

    @Test func nothingGrowsForEver() {
        var parser = EventParser()
        #expect(parser.take(repeatElement(UInt8(ascii: "a"), count: EventParser.limit + 1)) == nil)
        parser = EventParser()
        let line = Array("data: \(String(repeating: "a", count: 1 << 20))\n".utf8)
        var isTaken = true
        for _ in 0..<8 where isTaken { isTaken = parser.take(line) != nil }
        #expect(!isTaken)
    }
}
