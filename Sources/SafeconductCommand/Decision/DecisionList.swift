// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct decision list`.
struct DecisionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List decisions, the newest first.")

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The most decisions.")
    var limit = 25

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let (list, names) = try await connection.withClient { client in
            let list = try await PagedList.all("/v1/decisions", limit: limit, client)
            guard output.format == .table else { return (list, DecisionNames()) }
            return (list, try await DecisionNames.of(list["items"]?.arrayValue ?? [], client))
        }
        try output.print(list) { list in
            Table(
                titles: ["TIME", "OUTCOME", "REASON", "IDENTITY", "OPERATION", "ID"],
                rows: (list["items"]?.arrayValue ?? []).map { names.row($0) },
                empty: "no decisions yet"
            )
        }
    }
}
