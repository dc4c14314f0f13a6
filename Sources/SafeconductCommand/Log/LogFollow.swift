// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct log follow`.
struct LogFollow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Print every entry of the control log as it comes.",
        discussion: """
            Goes on where it was when the connection breaks; no entry is left out and none comes twice. Ends with exit
            code 5 when the log was restored from a backup meanwhile: what was printed may not stand in it any more.
            With -o json, one JSON text a line.
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            "Begin with the entry of this revision, 0 being the first; else with the next.",
            valueName: "rev"
        )
    )
    var from: Int64?

    @Option(help: ArgumentHelp("End after so many entries.", valueName: "number"))
    var count: Int?

    /// How long to wait before a broken connection is tried again.
    private static let pauses: [Duration] = [.milliseconds(100), .milliseconds(500), .seconds(2), .seconds(5)]

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count is at least 1") }
        if let from, from < 0 { throw ValidationError("--from is a revision") }
    }

    func run() async throws {
        try await connection.withClient { client in try await follow(client) }
    }

    private func follow(_ client: Client) async throws(CommandFailure) {
        /// The revision seen last; what comes again after a break is not printed again.
        var seen = from.map { $0 - 1 }
        var left = count ?? .max
        var failures = 0
        var known: FollowedLog?
        while true {
            do throws(CommandFailure) {
                let log: FollowedLog
                if let known { log = known } else { log = try await FollowedLog(client) }
                known = log
                let path = "/v1/feed" + (seen.map { "?since_rev=\($0)" } ?? "")
                try await client.events(path) { event throws(CommandFailure) in
                    failures = 0
                    try log.check(event)
                    guard let rev = Int64(event.id) else { return true }
                    if event.name != "revision", seen.map({ rev > $0 }) ?? true {
                        try show(event.data)
                        left -= 1
                    }
                    seen = max(rev, seen ?? rev)
                    return left > 0
                }
                if left <= 0 { return }
                output.talk("the server ended the feed; going on")
            } catch {
                guard error.status == .unavailable, seen != nil else { throw error }
                output.talk("\(error.message); trying again")
            }
            try? await Task.sleep(for: Self.pauses[min(failures, Self.pauses.count - 1)])
            failures += 1
        }
    }

    private func show(_ data: String) throws(CommandFailure) {
        let entry: JSONValue
        do throws(JSONError) { entry = try JSONValue(parsing: Array(data.utf8)) } catch {
            throw CommandFailure(.error, "the server sent an event that is no JSON: \(error)")
        }
        switch output.format {
        case .json: try Console.data(entry.serialized() + [0x0A])
        case .yaml: try Console.data("---\n" + YAMLText.text(entry))
        case .table:
            let cells = ["rev", "at", "kind", "name", "by_name"].map { name in
                let text = CellText.of(entry[name])
                return text.isEmpty ? CellText.of(name == "name" ? entry["subject"] : entry["by"]) : text
            }
            try Console.data(Printable.text(cells.joined(separator: "  ")) + "\n")
        }
    }
}
