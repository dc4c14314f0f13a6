// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct identity resume`.
struct IdentityResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lift every hold on an identity. Tokens issued before stay dead.",
        discussion: "Example: safeconduct identity resume orders-worker"
    )

    @OptionGroup var options: ShowOptions

    @Option(help: "Why, for those who read it later; kept encrypted.")
    var reason: String?

    func run() async throws {
        let name = Printable.text(options.name)
        let lifted = try await options.connection.withClient { client in
            let identity = try await Registry(noun: .identities, client: client).object(options.name)
            let holds = try await Registry(noun: .holds, client: client).list()
            var lifted: [JSONValue] = []
            for hold in holds["items"]?.arrayValue ?? [] where Self.isInForce(hold, on: identity) {
                guard let id = hold["id"]?.stringValue else { continue }
                lifted.append(try await HoldLift.lift(id, reason: reason, client))
            }
            return lifted
        }
        try options.output.print(["items": .array(lifted)]) { list in
            lifted.isEmpty ? Table() : Noun.holds.table(list)
        }
        options.output.talk(
            lifted.isEmpty
                ? "\(name) was not suspended."
                : "\(name) may work again, with tokens issued a minute from now or later."
        )
    }

    static func isInForce(_ hold: JSONValue, on identity: JSONValue) -> Bool {
        hold["retired"]?.boolValue != true && hold["scope"]?["kind"] == "identity"
            && hold["scope"]?["id"] != nil && hold["scope"]?["id"] == identity["id"]
    }
}
