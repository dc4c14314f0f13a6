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
}
