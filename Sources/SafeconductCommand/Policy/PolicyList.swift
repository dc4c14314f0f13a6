// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct policy list`.
struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract:
            "List the policy sets of the log: which decide, are in shadow, or did or may decide; who did it, when and why."
    )

    @OptionGroup var options: ListOptions

    func run() async throws { try await options.run(.policySets) }
}
