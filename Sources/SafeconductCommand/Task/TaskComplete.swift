// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct task complete`.
struct TaskComplete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Say that one is done"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Its id.")
    var id: String

    func run() async throws {
        let task = try await connection.withClient { client in
            try await client.post("\(Noun.tasks.path(of: id))/complete", nil).accepted().json()
        }
        try output.print(task, table: RecordTable.of)
        output.talk("It is done; whatever hangs on it and on its parts is dead from now on.")
    }
}
