// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct identity suspend`.
struct IdentitySuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Refuse every call of an identity from the next decision on, until it is resumed.",
        discussion: "Example: safeconduct identity suspend orders-worker --reason \"strange orders at night\""
    )

    @OptionGroup var options: ShowOptions

    @Option(help: "Why, for those who read it later; kept encrypted.")
    var reason: String?

    func run() async throws {
        let hold = try await options.connection.withClient { client in
            let identity = try await Registry(noun: .identities, client: client).object(options.name)
            var body = JSONObject([
                ("scope", ["kind": "identity", "id": identity["id"] ?? .string(options.name)])
            ])
            if let reason { body["reason"] = .string(reason) }
            return try await client.post("/v1/holds", .object(body)).accepted().json()
        }
        try options.output.print(hold, table: RecordTable.of)
        let name = Printable.text(options.name)
        options.output.talk("\(name) is suspended; 'safeconduct identity resume \(name)' lets it work again.")
    }
}
