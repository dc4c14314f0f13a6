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
            let text = json["text"]?.stringValue ?? ""
            let error = schemaError(text)
            let what = "\(json["id"]?.stringValue ?? ""): \(error?.description ?? "")"
            #expect((error == nil) == json["accepts"]?.boolValue, "\(what)")
            if error == nil { #expect(try SchemaRoundTrip.losses(of: text) == [], "\(what)") }
        }
    }

    @Test func everySchemaFile() throws {
        let folders = [
            "example-use-cases", "oopsla", "bench", "cedar-go-validator", "cedar-go-entity-parsing", "handwritten",
        ]
        let files = folders.flatMap { SharedData.files(in: $0, suffix: ".cedarschema") }
        #expect(files.count > 80)
        for file in files {
            let text = try String(decoding: SharedData.file(file), as: UTF8.self)
            #expect(try SchemaRoundTrip.losses(of: text) == [], "\(file)")
        }
        let jsons = folders.flatMap { SharedData.files(in: $0, suffix: ".cedarschema.json") }
        #expect(jsons.count > 3)
        for file in jsons {
            #expect(try SchemaRoundTrip.losses(ofJSON: SharedData.json(file)) == [], "\(file)")
        }
    }
}
