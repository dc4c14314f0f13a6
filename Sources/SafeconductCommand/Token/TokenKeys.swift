// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct token keys`.
struct TokenKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List the keys that sign tokens: which one does, which will, whose tokens still count.",
        discussion: "Example: safeconduct token keys"
    )

    @OptionGroup var options: ListOptions

    func run() async throws { try await options.run(.tokenKeys) }
}

extension Noun {
    /// The keys that sign tokens.
    static let tokenKeys = Noun(
        name: "token key",
        path: "token-keys",
        columns: [
            .member("THUMBPRINT", "thumbprint"), .member("STATE", "state"), .member("SIGNS FROM", "signs_from"),
            .member("SIGNS UNTIL", "signs_until"), .member("ACCEPTED UNTIL", "accepted_until"), .member("ID", "id"),
        ]
    )
}
