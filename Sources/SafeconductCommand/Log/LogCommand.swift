// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct log`.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "The transparency logs: what they are, and whether they hold.",
        subcommands: [LogShow.self, LogFollow.self, LogVerify.self, LogFsck.self, LogConfirm.self]
    )
}
