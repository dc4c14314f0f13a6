// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct finding list`.
struct FindingList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List calls without an identity, and clients that prove themselves as they should not.",
        discussion: """
            authn.missing is a protected operation that was called without an identity, client.secret a client with an
            imported secret, client.legacy_audience one whose assertions name the endpoint instead of the issuer. The node
            that answers counts its own since it started.

            Example: safeconduct finding list -o json
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let list = try await connection.withClient { client in
            try await PagedList.all("/v1/findings", limit: .max, client)
        }
        try output.print(list, table: Self.table)
    }

    /// The findings as a table.
    static func table(_ list: JSONValue) -> Table {
        Table(
            titles: ["FINDING", "OPERATION", "IDENTITY", "CALLS", "FIRST", "LAST", "ENFORCEMENT POINT"],
            rows: (list["items"]?.arrayValue ?? []).map { item in
                ["kind", "operation", "identity", "calls", "first_at", "last_at", "enforcement_point"].map {
                    CellText.of(item[$0])
                }
            },
            empty: "none"
        )
    }
}
