// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Published texts in the JSON policy form and back, and in our own text.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct FormConformanceTests {
    @Test func acceptedTexts() throws {
        var accepted = 0
        for line in try SharedData.lines("gen-parse-dev.jsonl.gz") {
            let json = try JSONValue(parsing: Array(line))
            guard json["accepts"] == true else { continue }
            let parsed = try PolicySet(parsing: json["text"]?.stringValue ?? "")
            #expect(try FormRoundTrip.losses(of: parsed) == [])
            accepted += 1
        }
        #expect(accepted > 500)
    }

    @Test func policyFiles() throws {
        let files = ["example-use-cases", "oopsla", "cedar-go-validator", "handwritten"]
            .flatMap { SharedData.files(in: $0, suffix: ".cedar") }
        #expect(files.count > 50)
        for file in files {
            #expect(try FormRoundTrip.losses(of: PolicySet(parsing: SharedData.file(file))) == [], "\(file)")
        }
    }
}
