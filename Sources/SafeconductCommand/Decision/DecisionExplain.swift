// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct decision explain`.
struct DecisionExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why: the decision is made again at its revision, policy by policy.",
        discussion: "Example: safeconduct decision explain dec_06E7S21K400040000000000002"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The decision's id.")
    var id: String

    func run() async throws {
        let explanation = try await connection.withClient { client in
            try await client.get("/v1/decisions/\(PathSegment.encode(id))/explanation").accepted().json()
        }
        guard output.format == .table else { return try output.print(explanation, table: RecordTable.of) }
        try Console.data(Explanation(explanation).text)
    }
}
