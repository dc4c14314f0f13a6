// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct alert list`.
struct AlertList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the newest alerts of this node, the newest first; decisions themselves keep them all."
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "Only those of this channel.")
    var channel: String?

    @Option(help: "The most alerts, up to 1000.")
    var limit = 25

    func validate() throws {
        if !(1...1000).contains(limit) { throw ValidationError("--limit is 1 to 1000") }
    }

    func run() async throws {
        let query = "?page_size=\(limit)" + (channel.map { "&channel=\(PathSegment.encode($0))" } ?? "")
        let list = try await connection.withClient { client in
            try await client.get("/v1/alerts" + query).accepted().json()
        }
        try output.print(list) { list in
            Table(
                titles: ["TIME", "CHANNELS", "OUTCOME", "POLICIES", "IDENTITY", "OPERATION", "DECISION"],
                rows: (list["items"]?.arrayValue ?? []).map { item in
                    [
                        CellText.of(item["at"]), CellText.of(item["channels"]), CellText.of(item["outcome"]),
                        CellText.of(item["policies"]), CellText.of(item["identity_name"] ?? item["identity"]),
                        "\(CellText.of(item["api_name"] ?? item["api"]))/\(CellText.of(item["operation"]))",
                        CellText.of(item["decision"]),
                    ]
                },
                empty: "no alerts since this node's start"
            )
        }
    }
}
