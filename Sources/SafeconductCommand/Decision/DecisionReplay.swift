// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct decision replay`.
struct DecisionReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Make decisions again from the logs: exit 0 when every answer is identical, 1 when one is not.",
        discussion: """
            Examples:
              safeconduct decision replay dec_06E7S21K400040000000000002
              safeconduct decision replay --all
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The decision's id.")
    var id: String?

    @Flag(help: "Every decision of the server's logs instead of one.")
    var all = false

    func validate() throws {
        if (id == nil) != all { throw ValidationError("name one decision, or --all of them") }
    }

    func run() async throws {
        guard let id else { return try await replayAll() }
        let replay = try await connection.withClient { client in
            try await client.get("/v1/decisions/\(PathSegment.encode(id))/replay").accepted().json()
        }
        try output.print(replay, table: RecordTable.of)
        if let obstacle = replay["obstacle"]?.stringValue, obstacle != "unasked" {
            throw CommandFailure(.error, "the decision can't be made again: \(Printable.text(obstacle))")
        }
        guard replay["identical"]?.boolValue == true else {
            throw CommandFailure(.error, "made again from the log, the decision is not the same")
        }
    }

    private func replayAll() async throws {
        let total = try await connection.withClient { client in try await Self.walk(client) }
        try output.print(total, table: RecordTable.of)
        let different = total["different"]?.arrayValue ?? []
        guard different.isEmpty else {
            throw CommandFailure(.error, "\(different.count) decisions are not the same when they are made again")
        }
    }

    /// Goes through all pages and adds them up.
    static func walk(_ client: Client) async throws(CommandFailure) -> JSONValue {
        var counts: [String: Int64] = ["decisions": 0, "identical": 0, "unasked": 0]
        var obstacles = JSONObject()
        var different: [JSONValue] = []
        var token: String?
        repeat {
            let query = "?page_size=1000" + (token.map { "&page_token=\(PathSegment.encode($0))" } ?? "")
            let page = try await client.get("/v1/decisions/replay" + query).accepted().json()
            for key in counts.keys { counts[key, default: 0] += page[key]?.integerValue ?? 0 }
            for obstacle in page["not_replayed"]?.objectValue ?? JSONObject() {
                let before = obstacles[obstacle.key]?.integerValue ?? 0
                obstacles[obstacle.key] = .integer(before + (obstacle.value.integerValue ?? 0))
            }
            different += page["different"]?.arrayValue ?? []
            token = page["next_page_token"]?.stringValue
        } while token != nil
        return .object(
            JSONObject([
                ("decisions", .integer(counts["decisions"] ?? 0)), ("identical", .integer(counts["identical"] ?? 0)),
                ("unasked", .integer(counts["unasked"] ?? 0)), ("not_replayed", .object(obstacles)),
                ("different", .array(different)),
            ])
        )
    }
}
