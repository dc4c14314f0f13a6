// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The published schemas. They lie beside the repository; where they are absent these tests are shown as skipped.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct SchemaConformanceTests {
    @Test func acceptedAndRefusedTexts() throws {
        let lines = try SharedData.lines("gen-schema-dev.jsonl.gz")
        #expect(lines.count == 1000)
        for line in lines {
            let json = try JSONValue(parsing: Array(line))
            let error = schemaError(json["text"]?.stringValue ?? "")
            #expect(
                (error == nil) == json["accepts"]?.boolValue,
                "\(json["id"]?.stringValue ?? ""): \(error?.description ?? "")"
            )
        }
    }

    @Test func everySchemaFileIsRead() throws {
        let files = [
            "example-use-cases", "oopsla", "bench", "cedar-go-validator", "cedar-go-entity-parsing", "handwritten",
        ]
        .flatMap { SharedData.files(in: $0, suffix: ".cedarschema") }
        #expect(files.count > 80)
        for file in files {
            #expect(throws: Never.self, "\(file)") { try Schema(parsing: SharedData.file(file)) }
        }
    }
}
