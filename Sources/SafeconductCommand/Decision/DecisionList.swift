// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct decision list`.
struct DecisionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List decisions, the newest first.",
        discussion: """
            --outcome takes what was answered (allow, limit, challenge, approve, deny) and what came of it (open: may
            still be told; unknown: nobody told in time; reported; failed: told as failed; contradicting: let through
            although denied). It may be repeated.

            Example: safeconduct decision list --identity orders-worker --outcome failed --since 2h
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The most decisions.")
    var limit = 25

    @Option(help: "About this identity (name or id).")
    var identity: String?

    @Option(help: "About this API (name or id).")
    var api: String?

    @Option(help: "With this answer, or of which this came.")
    var outcome: [String] = []

    @Option(help: "With an alert on this channel.")
    var channel: String?

    @Option(help: "Made at this time or later: RFC 3339, or how long ago (15m, 2h, 7d).")
    var since: String?

    @Option(help: "Made before this time.")
    var until: String?

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1") }
        for (name, text) in [("--since", since), ("--until", until)] {
            guard let text, TimeText.rfc3339(text, now: LocalClock.now()) == nil else { continue }
            throw ValidationError("\(name) is a time such as 2026-11-21T08:00:00Z, or how long ago, such as 2h")
        }
    }

    func run() async throws {
        let now = LocalClock.now()
        let filters: [(name: String, value: String?)] = [
            ("identity", identity), ("api", api), ("outcome", outcome.isEmpty ? nil : outcome.joined(separator: ",")),
            ("channel", channel), ("since", since.flatMap { TimeText.rfc3339($0, now: now) }),
            ("until", until.flatMap { TimeText.rfc3339($0, now: now) }),
        ]
        let list = try await connection.withClient { client in
            try await PagedList.all("/v1/decisions", filters: filters, limit: limit, client)
        }
        let isNarrowed = filters.contains { $0.value != nil }
        try output.print(list) { list in
            Table(
                titles: DecisionRow.titles,
                rows: (list["items"]?.arrayValue ?? []).map { DecisionRow.of($0) },
                empty: isNarrowed ? "no such decisions" : "no decisions yet"
            )
        }
    }
}
