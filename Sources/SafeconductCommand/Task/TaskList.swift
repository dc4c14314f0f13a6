// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct task list`.
struct TaskList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List them; an identity sees its own.",
        discussion: "Example: safeconduct task list --identity nightly-report --state open"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The most items.")
    var limit: Int?

    @Option(help: "Those of one identity, by name or id.")
    var identity: String?

    @Option(help: "Those that are open, completed, cancelled or expired.")
    var state: String?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let filters: [(name: String, value: String?)] = [("identity", identity), ("state", state)]
        let list = try await connection.withClient { client in
            try await PagedList.all("/v1/tasks", filters: filters, limit: limit ?? .max, client)
        }
        try output.print(list, table: Noun.tasks.table)
    }
}
