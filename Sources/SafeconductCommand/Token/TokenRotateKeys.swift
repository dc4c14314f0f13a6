// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct token rotate-keys`.
struct TokenRotateKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-keys",
        abstract: "Make the next key that signs tokens, although the present one has time left.",
        discussion: """
            It signs five minutes later, when everybody who keeps published keys has seen it. What the key before signed goes
            on counting. Where that key was stolen, end it instead: then the next one signs at once, and every token that
            the old one signed is dead.

            Examples:
              safeconduct token rotate-keys
              safeconduct cut create --scope key:THUMBPRINT --reason "the signing key was stolen"
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let key = try await connection.withClient { client in
            try await client.post("/v1/token-keys", nil).accepted().json()
        }
        try output.print(key, table: RecordTable.of)
    }
}
