// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct task`.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "What identities mean to do, how much of it, and until when.",
        discussion: """
            Operators declare and end tasks of any identity, as their roles let them. An identity does so for itself: with
            --key-file and its own key, as 'credential register --new-key' makes it.
            """,
        subcommands: [
            TaskCreate.self, TaskList.self, TaskShow.self, TaskComplete.self, TaskCancel.self, TaskSpend.self,
        ]
    )
}
