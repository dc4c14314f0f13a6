// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct credential cut`.
struct CredentialCut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut",
        abstract: "End one credential for good, such as a lost key.",
        discussion: """
            Everybody may cut their own; to get a new key afterwards, make a link first (operator invite).

            Example: safeconduct credential cut crd_01M7YXKW2ABCDEFGHJKMNPQRST --reason "laptop lost"
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The credential's id.")
    var id: String

    @Option(help: "Why, for those who read it later; kept encrypted.")
    var reason: String?

    func run() async throws {
        var body = JSONObject([("scope", .object(JSONObject([("kind", "credential"), ("id", .string(id))])))])
        if let reason { body["reason"] = .string(reason) }
        let sent = JSONValue.object(body)
        let cut = try await connection.withClient { client in
            try await client.post("/v1/cuts", sent).accepted().json()
        }
        try output.print(cut, table: RecordTable.of)
        output.talk("\(Printable.text(id)) is dead from now on.")
    }
}
