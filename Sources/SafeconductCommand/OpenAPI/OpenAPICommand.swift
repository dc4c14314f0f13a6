// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SafeconductServer
import StrictJSON

/// `safeconduct openapi`.
struct OpenAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Print the description of the HTTP interface (OpenAPI 3.1); no server is asked.",
        discussion: "A running server gives the same at /openapi.json."
    )

    @Flag(help: "Describe a server whose logs anybody may read (public_log).")
    var publicLog = false

    func run() async throws {
        let document: JSONValue
        do { document = try await ProductServer.description(publicLog: publicLog) } catch {
            throw CommandFailure(.error, "the description can't be made: \(error)")
        }
        try Console.data(PrettyJSON.text(document))
    }
}
