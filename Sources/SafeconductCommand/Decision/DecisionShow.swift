// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct decision show`.
struct DecisionShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one decision as it was recorded."
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The decision's id.")
    var id: String

    func run() async throws {
        let decision = try await connection.withClient { client in
            try await client.get("/v1/decisions/\(PathSegment.encode(id))").accepted().json()
        }
        try output.print(decision, table: RecordTable.of)
    }
}
