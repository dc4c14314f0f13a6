// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import StrictYAML
import Testing

@testable import SafeconductCommand

struct YAMLTextTests {
    @Test("What is printed as YAML is read back as it was")
    func roundTrip() throws {
        let value: JSONValue = [
            "plain": "orders-worker", "empty": "", "no": "no", "number": "12", "time": "2030-01-01T00:00:00Z",
            "lines": "one\ntwo: \"three\"", "list": ["a", [1, [true, .null]], ["k": []]], "object": [:],
            "nested": ["a": ["b": ["c": -1]]], "é: #": "ß", "hidden": "\u{1B}[31m",
        ]
        #expect(try YAMLReader.documents(Array(YAMLText.text(value).utf8)).map(\.value) == [value])
    }

    @Test("What a reader could take for the end of a line, or for no character, is spelt out")
    func hidden() throws {
        let value: JSONValue = ["a": "1\u{85}2\u{2028}3\u{7F}4\u{FFFE}5\u{FEFF}6\u{202E}7", "b\u{85}": 1]
        let text = YAMLText.text(value)
        #expect(text == "a: \"1\\u00852\\u20283\\u007f4\\ufffe5\\ufeff6\\u202e7\"\n\"b\\u0085\": 1\n")
        #expect(try YAMLReader.documents(Array(text.utf8)).map(\.value) == [value])
    }
}
