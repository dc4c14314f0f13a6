// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct log confirm`.
struct LogConfirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Confirm a restored log: from then on elevated operations are decided as ever.",
        discussion: """
            A restored log lacks what came after its backup. Before you confirm, start every node that ran on the lost
            log once more, look at 'safeconduct cut list' and 'safeconduct hold list', and place again what is missing.
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The generation; the present one when none is named.")
    var generation: Int?

    func run() async throws {
        let status = try await connection.withClient { client in
            var wanted = generation.map(Int64.init)
            if wanted == nil {
                wanted = try await client.get("/v1/status").accepted().json()["generation"]?.integerValue
            }
            return try await client.post("/v1/generation/confirm", ["generation": .integer(wanted ?? 1)])
                .accepted().json()
        }
        try output.print(status, table: RecordTable.of)
    }
}
