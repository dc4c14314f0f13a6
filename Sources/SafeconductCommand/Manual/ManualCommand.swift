// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct manual`.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page, in roff.",
        discussion: """
            Examples:
              safeconduct manual > safeconduct.1 && man ./safeconduct.1
              safeconduct manual > /usr/local/share/man/man1/safeconduct.1
            """
    )

    func run() throws {
        let limits = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 64, maximumValues: 1 << 20)
        guard let tool = try? JSONValue(parsing: Array(RootCommand._dumpHelp().utf8), limits: limits) else {
            throw CommandFailure(.error, "the commands can't be described")
        }
        try Console.data(ManualPage.text(tool))
    }
}
