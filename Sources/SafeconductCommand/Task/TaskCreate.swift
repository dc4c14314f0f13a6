// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct task create`.
struct TaskCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Declare one.",
        discussion: """
            Example: safeconduct task create --identity nightly-report --purpose monthly-report \\
                       --operation orders/list --operation orders/show --budget calls=500 --expires-in 30m
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "Whose it is, by name or id; an identity's own by default.")
    var identity: String?

    @Option(help: "What it is for.")
    var purpose: String

    @Option(help: ArgumentHelp("What it may use; may be repeated.", valueName: "api/operation"))
    var operation: [String]

    @Option(name: .customLong("data-class"), help: "What data it may touch, unless whatever its operations have.")
    var dataClass: [String] = []

    @Option(help: ArgumentHelp("How much it may use: calls, rows, bytes or amount.", valueName: "counter=number"))
    var budget: [String] = []

    @Option(name: .customLong("not-before"), help: "From when (RFC 3339), if not from now.")
    var notBefore: String?

    @Option(name: .customLong("expires-in"), help: "From now until it ends, such as 30m; 24 hours at most.")
    var expiresIn: String?

    @Option(name: .customLong("expires-at"), help: "When it ends (RFC 3339).")
    var expiresAt: String?

    @Option(help: "The task that it is a part of.")
    var parent: String?

    @Option(help: "What others call it, such as a CI run.")
    var reference: String?

    @Option(help: "What it is about, for people; kept encrypted.")
    var description: String?

    func validate() throws {
        guard (expiresIn == nil) != (expiresAt == nil) else {
            throw ValidationError("when it ends is --expires-in or --expires-at")
        }
        guard TaskText.apis(operation) != nil else {
            throw ValidationError("--operation is an API and one of its operations, such as orders/list")
        }
        guard TaskText.amounts(budget) != nil else { throw ValidationError(TaskText.amountsWanted("--budget")) }
    }

    func run() async throws {
        var body = JSONObject([
            ("purpose", .string(purpose)), ("apis", TaskText.apis(operation) ?? .array([])),
        ])
        for (name, text) in [
            ("identity", identity), ("not_before", notBefore), ("expires_in", expiresIn), ("expires_at", expiresAt),
            ("parent", parent), ("reference", reference), ("description", description),
        ] {
            if let text { body[name] = .string(text) }
        }
        if !dataClass.isEmpty { body["data_classes"] = .array(dataClass.map { .string($0) }) }
        if !budget.isEmpty { body["budget"] = TaskText.amounts(budget) }
        let sent = JSONValue.object(body)
        let task = try await connection.withClient { client in
            try await client.post("/v1/tasks", sent).accepted().json()
        }
        try output.print(task, table: RecordTable.of)
    }
}
