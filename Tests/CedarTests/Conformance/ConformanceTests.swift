// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// The published files. They lie beside the repository; where they are absent these tests are shown as skipped.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
struct ConformanceTests {
    @Test func acceptedAndRefusedTexts() throws {
        let lines = try SharedData.lines("gen-parse-dev.jsonl.gz")
        #expect(lines.count == 2000)
        for line in lines {
            let json = try JSONValue(parsing: Array(line))
            let error = parseError(json["text"]?.stringValue ?? "")
            #expect(
                (error == nil) == json["accepts"]?.boolValue,
                "\(json["id"]?.stringValue ?? ""): \(error?.description ?? "")"
            )
        }
    }

    /// Five of the 22 leave the escapes out of their entities; only a schema can tell what is meant there.
    private static let needSchema = ["4d", "4e", "4f", "multi/3", "multi/4"]

    @Test func handwrittenCases() throws {
        let paths = SharedData.files(in: "handwritten/tests", suffix: ".json")
            .filter { path in !Self.needSchema.contains { path.hasSuffix("\($0).json") } }
        #expect(paths.count == 17)
        for path in paths {
            let test = try SharedData.json(path)
            let policies = try PolicySet(
                parsing: SharedData.file("handwritten/" + (test["policies"]?.stringValue ?? ""))
            )
            let entities = try EntityStore(
                json: SharedData.json("handwritten/" + (test["entities"]?.stringValue ?? ""))
            )
            for request in test["requests"]?.arrayValue ?? [] {
                let answer = try policies.authorize(AuthorizationRequest(json: request), entities: entities).json
                let what = "\(path): \(request["description"]?.stringValue ?? "")"
                #expect(answer["decision"]?.stringValue == request["decision"]?.stringValue?.lowercased(), "\(what)")
                #expect(answer["reason"] == request["reason"], "\(what)")
                #expect(answer["errors"] == request["errors"], "\(what)")
            }
        }
    }

    /// The entity files that are read with any schema, or with none, are read; the one that is no JSON is refused.
    @Test func entityFiles() throws {
        var read = 0
        for path in SharedData.files(in: "cedar-go-entity-parsing", suffix: ".parsing.json") {
            let expected = try SharedData.json(path)["allEntities"]?["success"]?.boolValue
            let entities = try SharedData.file(path.replacing(".parsing.json", with: ".entities.json"))
            if expected == true {
                #expect(throws: Never.self, "\(path)") { try EntityStore(parsing: entities) }
                read += 1
            } else if path.contains("bad-json") {
                #expect(throws: EntityReadError.self) { try EntityStore(parsing: entities) }
            }
        }
        #expect(read >= 5)
    }

    /// Every policy file of the example applications, and the worlds of the benchmark.
    @Test func everyPolicyFileIsRead() throws {
        let files = ["example-use-cases", "oopsla", "bench", "cedar-go-validator"]
            .flatMap { SharedData.files(in: $0, suffix: ".cedar") }.filter { !$0.hasSuffix("n10000.cedar") }
        #expect(files.count > 50)
        for file in files {
            #expect(throws: Never.self, "\(file)") { try PolicySet(parsing: SharedData.file(file)) }
        }
    }
}
