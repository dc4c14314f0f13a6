// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Posture
import StrictJSON

/// Part 5: how fast OpenAPI documents are read, in both forms.
struct PostureBenchmark {
    let options: BenchOptions

    func run(into report: inout Report) throws {
        Report.progress("OpenAPI documents")
        let document = Self.document(operations: options.isQuick ? 100 : 1000)
        var yaml: [UInt8] = []
        Self.write(document, indent: 0, to: &yaml)
        var table = TextTable("document", "KiB", "MB/s", "us for each operation")
        var results: [JSONValue] = []
        for (name, bytes) in [("OpenAPI 3.1, JSON", document.serialized()), ("the same, YAML", yaml)] {
            let operations = try ApiDocument(parsing: bytes).summary.operations
            let nanoseconds = try Stopwatch.average(seconds: options.stageSeconds) {
                try ApiDocument(parsing: bytes).operations.count
            }
            let speed = Double(bytes.count) / nanoseconds * 1e3
            table.add(
                name,
                Figures.count(Double(bytes.count) / 1024),
                Figures.fixed(speed, 1),
                Figures.fixed(nanoseconds / 1e3 / Double(operations), 1)
            )
            results.append(["name": .string(name), "mb_per_second": Figures.json(speed)])
        }
        report.put(table)
        report.set("posture", .array(results))
    }

    /// A document with the proportions of real ones: most of it is schemas and prose, which a reader has to pass over.
    private static func document(operations: Int) -> JSONValue {
        let prose = "Gives what was asked for. Fields that were not asked for are left out; see the guide for the rest."
        let response: JSONValue = [
            "description": .string(prose),
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Thing"]]],
        ]
        var paths = JSONObject()
        var schemas = JSONObject()
        for index in 0..<operations / 2 {
            let parameter: JSONValue = [
                "name": "id", "in": "path", "required": true, "schema": ["type": "string", "maxLength": 64],
                "description": .string(prose),
            ]
            let operation = { (verb: String) -> JSONValue in
                [
                    "operationId": .string("\(verb)Thing\(index)"), "tags": ["things"], "description": .string(prose),
                    "parameters": [["$ref": "#/components/parameters/page"]],
                    "responses": ["200": response, "404": ["description": .string(prose)]],
                ]
            }
            paths["/things/\(index)/{id}"] = [
                "parameters": [parameter], "get": operation("get"), "put": operation("put"),
            ]
            schemas["Thing\(index)"] = [
                "type": "object",
                "properties": .object(
                    JSONObject((0..<6).map { ("field\($0)", ["type": "string", "description": .string(prose)]) })
                ),
            ]
        }
        return [
            "openapi": "3.1.0", "info": ["title": "Things", "version": "1"],
            "servers": [["url": "https://things.example/v1"]], "security": [["login": []]], "paths": .object(paths),
            "components": [
                "parameters": ["page": ["name": "page", "in": "query"]], "schemas": .object(schemas),
                "securitySchemes": ["login": ["type": "http", "scheme": "bearer"]],
            ],
        ]
    }

    /// The value in YAML's block style.
    private static func write(_ value: JSONValue, indent: Int, to bytes: inout [UInt8]) {
        let margin = [UInt8](repeating: UInt8(ascii: " "), count: indent)
        switch value {
        case .object(let object) where !object.isEmpty:
            bytes.append(UInt8(ascii: "\n"))
            for member in object {
                bytes += margin + JSONValue.string(member.key).serialized() + Array(": ".utf8)
                write(member.value, indent: indent + 2, to: &bytes)
            }
        case .array(let elements) where !elements.isEmpty:
            bytes.append(UInt8(ascii: "\n"))
            for element in elements {
                bytes += margin + Array("- ".utf8)
                write(element, indent: indent + 2, to: &bytes)
            }
        case .string(let text) where text.utf8.count > 20: bytes += Array("\(text)\n".utf8)
        default: bytes += value.serialized() + [UInt8(ascii: "\n")]
        }
    }
}
