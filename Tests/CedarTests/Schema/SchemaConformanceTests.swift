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

    /// The schema of each case, its translation to JSON as the reference implementation makes it, and back.
    ///
    /// Of all cases in a release build; in a build for debugging, which takes ten times as long, of every fourth.
    @Test func corpus() async throws {
        let all = try SharedData.lines("corpus-4.10-dev.jsonl.gz")
        #expect(all.count == 4198)
        #if DEBUG
        let lines = all.indices.filter { $0 % 4 == 0 }.map { all[$0] }
        #else
        let lines = all
        #endif
        let chunks = stride(from: 0, to: lines.count, by: 100).map { lines[$0..<min($0 + 100, lines.count)] }
        let compared = try await withThrowingTaskGroup(of: Int.self) { group in
            for chunk in chunks { group.addTask { try chunk.count { try Self.isTranslated($0) } } }
            return try await group.reduce(0, +)
        }
        #expect(compared > lines.count * 98 / 100)
    }

    // Whether the case has a translation to compare with.
    private static func isTranslated(_ line: ArraySlice<UInt8>) throws -> Bool {
        let json = try JSONValue(parsing: Array(line), limits: SharedData.limits)
        let id = json["id"]?.stringValue ?? ""
        let text = json["schema"]?.stringValue ?? ""
        #expect(try SchemaRoundTrip.losses(of: text) == [], "\(id)")
        guard let translation = json["schemaJson"] else { return false }
        let fragment = try SchemaFragment(parsing: text)
        #expect(fragment.json == translation, "\(id)")
        #expect(try Schema(json: translation) == fragment.resolved(), "\(id)")
        return true
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
        for file in jsons {
            #expect(try SchemaRoundTrip.losses(ofJSON: SharedData.json(file)) == [], "\(file)")
        }
    }
}
