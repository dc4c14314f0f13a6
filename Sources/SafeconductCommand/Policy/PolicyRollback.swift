// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy rollback`.
struct PolicyRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Take back the policy set that decides: the one before decides again.",
        discussion: """
            What was taken back is passed over by the next roll-back. A set that decided before needs no passing tests to \
            do so again; forbids that it has in shadow mode have to be confirmed by name.

            Examples:
              safeconduct policy rollback --reason "orders fail since 10:20"
              safeconduct policy rollback --to POLICY
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The id of the set to go back to; the one that decided before.")
    var to: String?

    @Option(help: "Why, for those who read it later; kept encrypted.")
    var reason: String?

    @Option(help: "What they decide about: calls, or commands of operators.")
    var realm = PolicyRealm.calls

    @Option(help: "A forbid that goes into shadow mode knowingly, by its id; may be given again.")
    var confirm: [String] = []

    func run() async throws {
        var body = JSONObject()
        if realm != .calls { body["realm"] = .string(realm.rawValue) }
        if let to { body["to"] = .string(to) }
        if let reason { body["reason"] = .string(reason) }
        if !confirm.isEmpty { body["confirm"] = .array(confirm.map { .string($0) }) }
        let request = JSONValue.object(body)
        let set = try await connection.withClient { client in
            try await client.post("/v1/policies/rollback", request).accepted().json()
        }
        try PolicyStepText.print(set, output)
        output.talk("It decides again from the next decision on.")
    }
}
