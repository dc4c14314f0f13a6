// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import Posture

@Suite("YAML as other people write it")
struct YAMLTreeTests {
    static func value(_ text: String) throws -> JSONValue {
        var tree = try YAMLTree(Array(text.utf8), limits: .standard)
        return try tree.document()
    }

    @Test(
        "Plain scalars by the core schema; nothing that is not written so is a number or a truth",
        arguments: [
            ("", JSONValue.null), ("~", nil), ("null", nil), ("true", true), ("False", false), ("yes", "yes"),
            ("on", "on"),
            ("no", "no"), ("12", 12), ("-3", -3), ("007", "007"), ("0x10", "0x10"), ("1_000", "1_000"),
            ("12:30:45", "12:30:45"), ("2020-01-01", "2020-01-01"), ("1.50", .number("1.50")), ("'12'", "12"),
            ("\"true\"", "true"), ("!!str 12", "12"), ("! 12", "12"), ("!thing a", "a"), (".inf", ".inf"),
            ("99999999999999999999999", .number("99999999999999999999999")), ("|\n    a\n    b", "a\nb"),
            (">\n    a\n    b", "a b"),
        ]
    )
    func scalars(text: String, expected: JSONValue) throws {
        #expect(try Self.value("k: \(text)")["k"] == expected)
    }

    @Test("A name is its text, whatever it would be as a value")
    func names() throws {
        let value = try Self.value("200: a\ntrue: b\n1.0: c\n~: d\n2020-01-01: e\n'x y': f\n? g\n: h\n")
        #expect(value.objectValue?.map(\.key) == ["200", "true", "1.0", "~", "2020-01-01", "x y", "g"])
    }

    @Test("Aliases and merge keys stand for what they name; a mapping's own members win, then the first that is merged")
    func aliases() throws {
        let value = try Self.value(
            "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: *a\nd: {<<: [*a, *b], x: 5}\ne: {x: 6, <<: *a}\n'<<': 7\n"
        )
        #expect(value["c"] == ["x": 1, "y": 2])
        #expect(value["d"] == ["x": 5, "y": 2, "z": 4])
        #expect(value["e"] == ["x": 6, "y": 2])
        #expect(value["<<"] == 7)
    }

    @Test(
        "Of equal names the last stands, and that is remarked upon",
        arguments: ["a: 1\na: 2\n", "{\"a\": 1, \"a\": 2}"]
    )
    func duplicates(text: String) throws {
        let text = try DocumentText(Array(text.utf8), limits: .standard)
        #expect(text.value == ["a": 2])
        #expect(text.remarks.map(\.place) == ["line 1"])
    }

    @Test(
        "What is none is refused where it goes wrong",
        arguments: [
            ("a: [b", 2), ("a: b: c", 1), ("a: b\n- c", 2), ("a: 1\n---\nb: 2\n", 2), ("a: *b\n", 1),
            ("a: &a [*a]\n", 1),
            ("? [a, b]\n: c\n", 1), ("a:\n\t- b\n", 2), ("- {a: b}\n}", 2), ("<<: 1\n", 1), ("%YAML 9.9\n---\na", 1),
        ]
    )
    func syntax(text: String, line: Int) {
        let error = #expect(throws: PostureError.self) { try Self.value(text) }
        #expect(error?.code == .syntax)
        #expect(error?.line == line, "\(error?.description ?? "")")
    }

    @Test("A document that begins as JSON may be YAML's flow style; what is neither is told as JSON")
    func flow() throws {
        let flow = try DocumentText(Array("{openapi: 3.1.0, # comment\n paths: {}}".utf8), limits: .standard)
        #expect(flow.value["openapi"] == "3.1.0")
        let error = #expect(throws: PostureError.self) { try DocumentText(Array("{\"a\": [}".utf8), limits: .standard) }
        #expect(error?.description == "1:8: a value is expected here")
    }

    @Test("Byte order marks, line ends of every kind and characters beyond ASCII")
    func text() throws {
        let text = try DocumentText([0xEF, 0xBB, 0xBF] + Array("a: é\r\nb:\r\n  - 漢\r\n".utf8), limits: .standard)
        #expect(text.value == ["a": "é", "b": ["漢"]])
    }

    @Test("What is written as YAML by these rules reads back as the JSON it was made of, with seed")
    func roundTrips() throws {
        var generator = SeededGenerator("yaml round trips")
        for _ in 0..<200 {
            let value = YAMLForge.value(depth: 4, &generator)
            let text = YAMLForge.text(value, &generator)
            let read = try Self.value(text)
            #expect(read == value, "\(text)")
        }
    }
}
