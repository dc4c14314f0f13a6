// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct decision refusals`.
struct DecisionRefusals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refusals",
        abstract: "List the callers refused that proved nothing: counted by minute, the newest first.",
        discussion: """
            A call without a credential that counts has no decision of its own, so that strangers cannot fill the disk.
            How many were refused, where and why is written once a minute. Lines without a time are not written yet.
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The most minutes.")
    var limit = 25

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let list = try await connection.withClient { client in
            try await PagedList.all("/v1/refusals", limit: limit, client)
        }
        try output.print(list) { list in
            Table(
                titles: ["TIME", "SOURCE", "REASON", "COUNT"],
                rows: (list["items"]?.arrayValue ?? []).flatMap(Self.rows),
                empty: "nobody was refused unproven"
            )
        }
    }

    private static func rows(_ minute: JSONValue) -> [[String]] {
        let time = minute["at"].map { String(CellText.of($0).prefix(19)) + "Z" } ?? "-"
        return (minute["counts"]?.arrayValue ?? []).map { line in
            let source = [line["pep_name"], line["pep"], line["route"]].compactMap { $0?.stringValue }.first
            return [time, source ?? "others", CellText.of(line["reason"]), CellText.of(line["count"])]
        }
    }
}
