// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct api findings`.
struct ApiFindings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "List protected operations that were called without an identity.",
        discussion: """
            Each was refused. A caller that keeps coming without a credential has not been told, was forgotten, or is
            trying doors. The node that answers counts its own since it started.

            Example: safeconduct api findings -o json
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let list = try await connection.withClient { client in
            try await PagedList.all("/v1/findings", limit: .max, client)
        }
        try output.print(list, table: FindingList.table)
    }
}
