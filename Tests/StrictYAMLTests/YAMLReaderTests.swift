// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import StrictYAML
import Testing

@Suite("YAML as strict as JSON")
struct YAMLReaderTests {
    private static func read(_ text: String) throws(YAMLFailure) -> [YAMLDocument] {
        try YAMLReader.documents(Array(text.utf8))
    }

    @Test(
        "Plain scalars are null, true, false, an integer, or what they look like",
        arguments: [
            ("null", .null), ("~", .null), ("", .null), ("true", true), ("false", false),
            ("0", 0), ("-7", -7), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", "9223372036854775808"), ("007", "007"), ("+1", "+1"), ("-0", "-0"),
            ("1_000", "1_000"), ("0x1F", "0x1F"), ("1.10", "1.10"), ("1e3", "1e3"), (".inf", ".inf"), (".nan", ".nan"),
            ("no", "no"), ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("True", "True"),
            ("NULL", "NULL"),
            ("2030-01-01", "2030-01-01"), ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z"), ("12:30:45", "12:30:45"),
            ("\"5\"", "5"), ("'true'", "true"), ("\"\"", ""), ("!!str 5", "5"), ("! 5", "5"),
        ] as [(String, JSONValue)]
    )
    func scalars(text: String, expected: JSONValue) throws {
        let document = try #require(try Self.read("value: \(text)\n").first)
        #expect(document.value == .object(JSONObject([("value", expected)])))
    }

    @Test("Several documents, block and flow style, and where each value stands")
    func documents() throws {
        let documents = try Self.read(
            """
            kind: Api
            operations:
              - { name: list, "a/b~c": [1, 2] }
            ---
            ---
            - text: |
                one
                two
            """
        )
        #expect(documents.map(\.number) == [1, 3])
        #expect(
            documents[0].value == ["kind": "Api", "operations": [["name": "list", "a/b~c": [1, 2]]]]
        )
        #expect(documents[1].value == [["text": "one\ntwo"]])
        #expect(documents[0].place(of: "/operations") == .init(line: 2, column: 1))
        #expect(documents[0].place(of: "/operations/0/name") == .init(line: 3, column: 7))
        #expect(documents[0].place(of: "/operations/0/a~1b~0c/1") == .init(line: 3, column: 32))
        // What does not exist is where its parent is.
        #expect(documents[0].place(of: "/operations/0/path") == .init(line: 3, column: 5))
    }

    @Test(
        "What is refused, and on which line",
        arguments: [
            ("a: 1\na: 2\n", 2, "twice"),
            ("b: 1\n1: x\n\"1\": y\n", 3, "twice"),
            ("a: 1\nb: {x: 1, x: 2}\n", 2, "twice"),
            ("a: &x 1\nb: *x\n", 1, "anchors"),
            ("a: 1\nb: &x [1]\n", 2, "anchors"),
            ("a: 1\nb: !!binary aGk=\n", 2, "tag"),
            ("a: !!float 1\n", 1, "tag"),
            ("a: !mine {b: 1}\n", 1, "tag"),
            ("a: 1\n[1, 2]: 3\n", 2, ""),
            ("listen: x\n\tb: y\n", 2, ""),
            ("a: [1\nb: 2\n", 2, ""),
            ("a: \"\\ud800\"\n", 1, ""),
        ] as [(String, Int, String)]
    )
    func refusals(text: String, line: Int, word: String) {
        let failure = #expect(throws: YAMLFailure.self) { try Self.read(text) }
        #expect(failure?.place.line == line)
        #expect(failure?.message.contains(word) == true || word.isEmpty)
    }

    @Test("Aliases of aliases cost nothing, wherever they stand", .timeLimit(.minutes(5)))
    func bombs() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<40 {
            text += "a\(level): &a\(level) [\((0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n"
        }
        #expect(throws: YAMLFailure.self) { try Self.read(text) }
        // As a key it would be hashed, all of it.
        #expect(throws: YAMLFailure.self) { try Self.read(text + "? *a39\n: 1\n") }
    }

    @Test("Cedar's operators in a text are no anchors")
    func cedarText() throws {
        let cedar = (0..<40).map { "  permit (principal, action, resource) when { a &&b && c *d * e } // *x &y \($0)" }
        let documents = try Self.read("text: |\n" + cedar.prefix(4).joined(separator: "\n") + "\n")
        #expect(documents.count == 1)
    }

    @Test("Size, depth and count are bounded")
    func bounds() {
        let deep = { (levels: Int) in
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(throws: Never.self) { try Self.read(deep(32)) }
        #expect(throws: YAMLFailure.self) { try Self.read(deep(40)) }
        #expect(throws: YAMLFailure.self) { try Self.read(deep(5000)) }
        #expect(throws: YAMLFailure.self) { try Self.read(String(repeating: "#", count: (4 << 20) + 1)) }
        #expect(throws: YAMLFailure.self) { try YAMLReader.documents([0x61, 0x3A, 0x20, 0xFF]) }
        #expect(throws: YAMLFailure.self) { try YAMLReader.documents([0x61, 0x3A, 0x20, 0x07]) }
    }

    @Test(
        "Very many names cost no more than their number, and long ones are not repeated without end",
        .timeLimit(.minutes(5))
    )
    func names() throws {
        let many = (0..<100_000).map { "a\($0): 1\n" }.joined()
        #expect(try Self.read(many).first?.value.objectValue?.count == 100_000)
        let twice = #expect(throws: YAMLFailure.self) { try Self.read(many + "a7: 2\n") }
        #expect(twice?.place.line == 100_001)
        // Equal for Swift and for readers, but other bytes: two names.
        #expect(try Self.read("\"caf\u{E9}\": 1\n\"cafe\u{301}\": 2\n").first?.value.objectValue?.count == 2)
        let long =
            "? " + String(repeating: "k", count: 1 << 20) + "\n: [" + String(repeating: "1,", count: 1000) + "]\n"
        let failure = #expect(throws: YAMLFailure.self) { try Self.read(long) }
        #expect(failure?.kind == .size)
    }

    @Test("A fraction is a number where it is asked for, and JSON would read it")
    func fractions() throws {
        func read(_ text: String) throws -> JSONValue? {
            try YAMLReader.documents(Array("v: \(text)".utf8), fractions: .numbers).first?.value["v"]
        }
        for text in ["1.10", "-0.5", "12.25", "1e3", "-1E-2", "99999999999999999999", "-9223372036854775809"] {
            #expect(try read(text) == .number(text))
        }
        for text in ["1.", ".5", "1e", "0x1.8", "01.5", "1.2.3", "-.5", "007", "-a"] {
            #expect(try read(text) == .string(text))
        }
    }
}
