// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct cut show`.
struct CutShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one cut, by its id.",
        discussion: "Example: safeconduct cut show cut_01J9ZK3T5X8Q2M4N6P7R8S9T0V"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The cut's id.")
    var id: String

    func run() async throws {
        let object = try await connection.withClient { client in
            try await Registry(noun: .cuts, client: client).object(id)
        }
        try output.print(object, table: RecordTable.of)
    }
}
