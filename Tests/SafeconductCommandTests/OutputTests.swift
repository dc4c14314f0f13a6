// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("What people see")
struct OutputTests {
    @Test("Columns are aligned, the last one is not padded, no line ends in spaces")
    func table() {
        let table = Table(
            titles: ["NAME", "KIND", "LABELS"],
            rows: [["orders-worker", "ci", ""], ["é", "service", "a"]]
        )
        #expect(
            table.text(bold: false) == """
                NAME           KIND     LABELS
                orders-worker  ci
                é              service  a

                """
        )
        #expect(table.text(bold: true).hasPrefix("\u{1B}[1mNAME"))
        #expect(Table(titles: ["A"], empty: "none").text(bold: false) == "none\n")
        #expect(Table().text(bold: false) == "")
    }

    @Test("Nothing that others wrote moves the cursor or turns the text around")
    func printable() {
        let table = Table(rows: [["\u{1B}[2J\u{7}", "a\u{202E}b", "c\u{9B}d", "e\nf"]])
        #expect(
            table.text(bold: false) == "\\u{1B}[2J\\u{7}  a\\u{202E}b  c\\u{9B}d  e\\u{A}f\n"
        )
    }

    @Test("JSON is indented, members and numbers as they were")
    func prettyJSON() throws {
        let value = try JSONValue(parsing: #"{"b":[1,{"c":1.50}],"a":{},"e":[],"s":"é\n"}"#)
        #expect(
            String(decoding: PrettyJSON.text(value), as: UTF8.self) == """
                {
                  "b": [
                    1,
                    {
                      "c": 1.50
                    }
                  ],
                  "a": {},
                  "e": [],
                  "s": "é\\n"
                }

                """
        )
    }

    @Test("One object as rows")
    func record() {
        let rows = RecordTable.of([
            "name": "orders", "hosts": ["a", "b"], "trust": ["caller": ["score": 500]],
            "operations": [["name": "list"], ["name": "show"]], "text": "one\ntwo", "note": .null,
        ]).rows
        #expect(
            rows == [
                ["name", "orders"], ["hosts", "a, b"], ["trust.caller.score", "500"], ["operations.1.name", "list"],
                ["operations.2.name", "show"], ["text", "one"], ["", "two"], ["note", ""],
            ]
        )
    }

    @Test("The state of an object")
    func state() {
        let cell = Noun.Column.state.cell
        #expect(cell(["expires_at": "2000-01-01T00:00:00Z"]) == "expired")
        #expect(cell(["expires_at": "2999-01-01T00:00:00Z"]) == "active")
        #expect(cell(["expires_at": "2999-01-01T00:00:00Z", "retired": true]) == "retired")
    }

    @Test("An explanation reads as sentences, policy by policy")
    func explanation() {
        let text = Explanation([
            "id": "dec_1", "outcome": "deny", "reason": "not_permitted", "identity_name": "reports-bot",
            "api_name": "orders", "operation": "create", "determining": [],
            "replay": [
                "identical": true,
                "candidates": [
                    [
                        "policy": "desk", "effect": "permit", "state": "not_satisfied",
                        "detail": "permit (...)\n  when {}",
                    ]
                ],
            ],
            "explanation": ["text": "No policy permits.\nNearest: `desk` (line 1) lacks: context.x < 5\u{1b}."],
        ]).text
        #expect(text.contains("turn it round:\n  No policy permits.\n  Nearest: `desk` (line 1) lacks: context.x < 5"))
        #expect(!text.contains("\u{1b}"))
        #expect(text.hasPrefix("DENY: reports-bot calling orders/create\nbecause not_permitted\n"))
        #expect(text.contains("  desk (permit): does not apply\n      permit (...)\n        when {}\n"))
        #expect(text.contains("the decision is the same"))
    }
}
