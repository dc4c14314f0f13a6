// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import TrustModel

/// `safeconduct policy simulate`.
struct PolicySimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Say what other policies would have answered to stored decisions.",
        discussion: """
            Each decision is made again under the state of its revision with its recorded input. Nothing is changed. What
            a limit's bucket would have held is not simulated: a call within a limit counts as 'limit'.

            Examples:
              safeconduct policy simulate --policies policies/
              safeconduct policy simulate --policies next/ --since 2026-11-01T00:00:00Z --limit 50000
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "Cedar files, or directories with *.cedar files; may be given again.")
    var policies: [String]

    @Option(help: "Only decisions from this moment on (RFC 3339).")
    var since: String?

    @Option(help: "The newest so many decisions, up to 100000.")
    var limit = 10_000

    @Option(help: "How many decisions to name for each kind of change, up to 20.")
    var examples = 3

    func validate() throws {
        if policies.isEmpty { throw ValidationError("--policies names the files to simulate") }
        if let since, Timestamp(since) == nil {
            throw ValidationError("--since is a moment such as 2026-11-01T00:00:00Z")
        }
        if !(1...100_000).contains(limit) { throw ValidationError("--limit is 1 to 100000") }
        if !(0...20).contains(examples) { throw ValidationError("--examples is 0 to 20") }
    }

    func run() async throws {
        let files = try PolicyFiles.read(policies)
        var body = JSONObject([
            ("files", .array(files.map(\.json))), ("limit", .integer(Int64(limit))),
            ("examples", .integer(Int64(examples))),
        ])
        if let since { body["since"] = .string(since) }
        let request = JSONValue.object(body)
        let simulation = try await connection.withClient { client in
            try await client.post("/v1/policies/simulate", request).accepted().json()
        }
        guard output.format == .table else { return try output.print(simulation, table: RecordTable.of) }
        try Console.data(SimulationText(simulation).text)
    }
}
