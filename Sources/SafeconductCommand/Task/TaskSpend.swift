// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct task spend`.
struct TaskSpend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spend",
        abstract: "Spend of its budget, exactly or not at all.",
        discussion: "Example: safeconduct task spend tsk_01M7YXKW2ABCDEFGHJKMNPQRST --amount rows=200"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Its id.")
    var id: String

    @Option(help: ArgumentHelp("How much of what; may be repeated.", valueName: "counter=number"))
    var amount: [String]

    func validate() throws {
        guard TaskText.amounts(amount) != nil else { throw ValidationError(TaskText.amountsWanted("--amount")) }
    }

    func run() async throws {
        let sent: JSONValue = ["amounts": TaskText.amounts(amount) ?? [:]]
        let task = try await connection.withClient { client in
            try await client.post("\(Noun.tasks.path(of: id))/spend", sent).accepted().json()
        }
        try output.print(task, table: RecordTable.of)
    }
}
