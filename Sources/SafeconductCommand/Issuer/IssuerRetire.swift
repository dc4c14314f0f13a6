// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct issuer retire`.
struct IssuerRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Retire one, by name or id; its name stays taken.",
        discussion: "Example: safeconduct issuer retire shop-login"
    )

    @OptionGroup var options: ShowOptions

    func run() async throws { try await options.retire(.issuers) }
}
