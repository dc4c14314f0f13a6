// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The options of every command that talks to a server.
struct ConnectionOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Option(name: .customLong("token-file"), help: "A file with your token; otherwise SAFECONDUCT_TOKEN_FILE.")
    var tokenFile: String?

    @Option(
        name: .customLong("key-file"),
        help: "Your key, as 'operator enroll' or 'credential register' made it; otherwise SAFECONDUCT_KEY_FILE."
    )
    var keyFile: String?

    func validate() throws {
        guard tokenFile == nil || keyFile == nil else {
            throw ValidationError("--token-file and --key-file are two ways to say who you are; give one")
        }
    }

    /// Lets `body` talk to the server.
    func withClient<Result: Sendable>(_ body: (Client) async throws -> Result) async throws -> Result {
        try await server.withClient(tokenFile: tokenFile, keyFile: keyFile, body)
    }
}
