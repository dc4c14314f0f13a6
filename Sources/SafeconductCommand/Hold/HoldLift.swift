// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct hold lift`.
struct HoldLift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift",
        abstract: "End a hold. What was issued before or during it stays dead.",
        discussion: "Example: safeconduct hold lift hld_01J9ZK3T5X8Q2M4N6P7R8S9T0V"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The hold's id.")
    var id: String

    @Option(help: "Why, for those who read it later; kept encrypted.")
    var reason: String?

    func run() async throws {
        let object = try await connection.withClient { client in
            try await Self.lift(id, reason: reason, client)
        }
        try output.print(object, table: RecordTable.of)
        output.talk("Lifted; it leaves a cut: older credentials stay dead (an enforcement point needs pep rotate).")
    }

    /// Lifts a hold.
    static func lift(_ id: String, reason: String?, _ client: Client) async throws(CommandFailure) -> JSONValue {
        let body: JSONValue? = reason.map { ["reason": .string($0)] }
        return try await client.post("/v1/holds/\(PathSegment.encode(id))/lift", body).accepted().json()
    }
}
