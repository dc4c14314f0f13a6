// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import TrustModel

/// `safeconduct operator create`.
struct OperatorCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Register a person, team or program. Its key comes by 'operator invite'.",
        discussion: """
            Examples:
              safeconduct operator create --name alice --role security --purpose on-call --boundary prod --expires 180d
              safeconduct operator create --name deploy --kind automation --role automation --owner alice \\
                  --purpose deployment --boundary prod --expires 90d
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "Its name: 1 to 63 of a-z 0-9 . _ -; a role or staff number rather than a person's name.")
    var name: String

    @Option(help: "human, team or automation.")
    var kind = "human"

    @Option(name: .customLong("role"), help: "A role; may be given several times.")
    var roles: [String] = []

    @Option(help: "The operator that answers for it; itself unless given.")
    var owner: String?

    @Option(help: "What it is for; a term such as on-call.")
    var purpose: String

    @Option(help: "The trust boundary it is at home in, such as prod.")
    var boundary: String

    @Option(help: "When it ends: a span (90d, 12h, 30m) or an RFC 3339 time.")
    var expires: String

    /// What is sent.
    var body: JSONValue {
        var object = JSONObject([
            ("name", .string(name)), ("kind", .string(kind)), ("purpose", .string(purpose)),
            ("boundary", .string(boundary)), ("roles", .array(roles.map { .string($0) })),
        ])
        if let owner { object["owner"] = .string(owner) }
        object[Timestamp(expires) == nil ? "expires_in" : "expires_at"] = .string(expires)
        return .object(object)
    }

    func run() async throws {
        let body = self.body
        let created = try await connection.withClient { client in
            if try await Registry(noun: .operators, client: client).objectIfAny(name) != nil {
                throw CommandFailure(.conflict, "an operator has the name \(Printable.text(name)), or had it")
            }
            return try await client.put(Noun.operators.path(of: name), body).accepted().json()
        }
        try output.print(created, table: RecordTable.of)
    }
}
