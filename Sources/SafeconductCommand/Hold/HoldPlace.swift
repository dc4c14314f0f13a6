// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct hold place`.
struct HoldPlace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "place",
        abstract: "Stop everything in a scope, from the next decision on.",
        discussion: """
            Examples:
              safeconduct hold place --scope identity:orders-worker --reason "strange orders at night"
              safeconduct hold place --scope issuer:shop-login
            """
    )

    @OptionGroup var options: RevocationOptions

    func run() async throws {
        try await options.run(.holds) { _ in "In force. 'safeconduct hold lift ID' ends it." }
    }
}
