// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy errors`.
struct PolicyErrorList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors",
        abstract: "List the policies that could not be evaluated, the last first."
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let list = try await connection.withClient { client in
            try await client.get("/v1/policies/errors").accepted().json()
        }
        try output.print(list) { list in
            Table(
                titles: ["POLICY", "EFFECT", "ERROR", "COUNT", "LAST", "DECISION"],
                rows: (list["items"]?.arrayValue ?? []).map { item in
                    ["policy", "effect", "error", "count", "last_at", "last_decision"].map { CellText.of(item[$0]) }
                },
                empty: "no policy failed since this node's start"
            )
        }
    }
}
