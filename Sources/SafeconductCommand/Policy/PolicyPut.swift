// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy put`.
struct PolicyPut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Put files into the log as a draft, which decides nothing yet.",
        discussion: """
            Examples:
              safeconduct policy put policies/ --note "refunds need the finance team"
              safeconduct policy shadow POLICY     evaluates and records it beside what decides
              safeconduct policy activate POLICY   makes it decide
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Files, or directories with *.cedar, *.cedarschema and *.policytest.yaml files.")
    var paths: [String]

    @Option(help: "What changed, for those who read it later; kept encrypted.")
    var note: String?

    @Option(help: "What they decide about: calls, or commands of operators.")
    var realm = PolicyRealm.calls

    func run() async throws {
        let files = try PolicyFiles.read(paths)
        let set = try await connection.withClient { client in try await Self.put(files, note: note, realm, client) }
        try PolicyStepText.print(set, output)
        output.talk("Put; it decides nothing until it is activated.")
    }

    static func put(
        _ files: [PolicyFiles.File],
        note: String?,
        _ realm: PolicyRealm,
        _ client: Client
    ) async throws(CommandFailure) -> JSONValue {
        var body = JSONObject([("files", .array(files.map(\.json)))])
        if let note { body["note"] = .string(note) }
        if realm != .calls { body["realm"] = .string(realm.rawValue) }
        return try await client.post("/v1/policies", .object(body)).accepted().json()
    }
}
