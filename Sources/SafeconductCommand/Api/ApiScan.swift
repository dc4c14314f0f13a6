// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Posture
import StrictJSON

/// `safeconduct api scan`.
struct ApiScan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Count the operations of an OpenAPI document, and list those that anybody may call.",
        discussion: """
            Reads Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2, JSON or YAML. Nothing is registered and no server is asked.
            An operation is unsecured when neither it nor the document requires anything, and optional when one of the \
            alternatives requires nothing.

            Examples:
              safeconduct api scan openapi.yaml
              safeconduct api scan --json openapi.json
            """
    )

    @OptionGroup(title: "Output") var output: OutputOptions

    @Flag(help: "Print the counts alone, as one line of JSON.")
    var json = false

    @Argument(help: "The document, or - for standard input.")
    var file: String

    func run() async throws {
        let document = try OpenAPIFile.read(file)
        let report = ScanReport(document: document)
        OpenAPIFile.talk(document.remarks, of: file, output)
        if json {
            try Console.data(JSONValue.object(report.summary).serialized() + [UInt8(ascii: "\n")])
        } else {
            try output.print(report.full) { _ in report.table }
            output.talk(report.sentence)
        }
    }
}
