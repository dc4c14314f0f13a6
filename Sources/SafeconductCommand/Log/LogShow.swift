// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct log show`, also `log list`: whoever knows the other nouns looks for it there.
struct LogShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the logs: their origins, sizes and keys; or one entry of the control log.",
        discussion: """
            Examples:
              safeconduct log show
              safeconduct log show --rev 42        who changed what, and which policies let it in
            """,
        aliases: ["list"]
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The revision of an entry of the control log.")
    var rev: UInt64?

    func run() async throws {
        if let rev {
            let entry = try await connection.withClient { client in
                try await client.get("/v1/entries/\(rev)").accepted().json()
            }
            return try output.print(entry, table: RecordTable.of)
        }
        let logs = try await connection.withClient { client in try await client.get("/v1/logs").accepted().json() }
        try output.print(logs) { logs in
            Table(
                titles: ["NAME", "SIZE", "ORIGIN", "KEY"],
                rows: (logs["items"]?.arrayValue ?? []).map { log in
                    ["name", "size", "origin", "key"].map { CellText.of(log[$0]) }
                },
                empty: "none"
            )
        }
    }
}
