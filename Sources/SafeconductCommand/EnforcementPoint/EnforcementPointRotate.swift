// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct pep rotate`.
struct EnforcementPointRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Issue a new token, shown this once; earlier ones end at once.",
        discussion: "Example: safeconduct pep rotate shop-envoy --token-file envoy.token.new"
    )

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Server and token") var token: IssuedTokenOptions

    @Argument(help: "Its name or id.")
    var name: String

    func run() async throws {
        let path = Noun.enforcementPoints.path(of: name) + "/credential"
        try await token.issue(output) { client in try await client.post(path, nil) }
    }
}
