// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct operator roles`.
struct OperatorRoles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles",
        abstract: "Give an operator roles, or take them.",
        discussion: "Example: safeconduct operator roles alice --add owner --remove security"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The operator's name or id.")
    var name: String

    @Option(name: .customLong("add"), help: "A role to give; may be given several times.")
    var added: [String] = []

    @Option(name: .customLong("remove"), help: "A role to take; may be given several times.")
    var removed: [String] = []

    /// The members of an operator that are put as they are.
    private static let kept = [
        "kind", "owner", "purpose", "boundary", "expires_at", "display_name", "contact", "description",
    ]

    func validate() throws {
        guard !added.isEmpty || !removed.isEmpty else { throw ValidationError("give --add or --remove") }
    }

    func run() async throws {
        let changed = try await connection.withClient { client in
            let present = try await Registry(noun: .operators, client: client).object(name)
            guard let permanent = present["name"]?.stringValue else {
                throw CommandFailure(.error, "the server's answer names no operator; is it a Safeconduct?")
            }
            return try await client.put(Noun.operators.path(of: permanent), body(from: present)).accepted().json()
        }
        try output.print(changed, table: RecordTable.of)
    }

    /// The operator with other roles and nothing else changed.
    func body(from present: JSONValue) -> JSONValue {
        var object = JSONObject()
        for member in Self.kept { object[member] = present[member] }
        let roles = Set((present["roles"]?.arrayValue ?? []).compactMap(\.stringValue)).union(added)
        object["roles"] = .array(roles.subtracting(removed).sorted().map { .string($0) })
        return .object(object)
    }
}
