// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct jose`.
struct JoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jose",
        abstract: "Signed JSON tokens: tools for scripts.",
        subcommands: [JoseVerify.self]
    )
}
