// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// Which server to talk to.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's URL; otherwise SAFECONDUCT_URL, otherwise the server of the data directory.")
    var url: String?

    @Option(
        name: .customLong("ca-file"),
        help: "Certificates (PEM) to trust instead of the system's; otherwise SAFECONDUCT_CA_FILE."
    )
    var caFile: String?

    @Option(help: "The data directory whose connection.json names the server.")
    var data: String?

    /// Lets `body` talk to the server, as the holder of the token in `tokenFile`, or of the one found.
    func withClient<Result: Sendable>(
        tokenFile: String?,
        keyFile: String? = nil,
        _ body: (Client) async throws -> Result
    ) async throws -> Result {
        let request = Connection.Request(url: url, tokenFile: tokenFile, caFile: caFile, keyFile: keyFile, data: data)
        let connection = try Connection.find(request, environment: ProcessInfo.processInfo.environment)
        let client = try Client(connection)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
