// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct operator`.
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "People, teams and programs that own things or give commands.",
        subcommands: [
            OperatorList.self, OperatorShow.self, OperatorCreate.self, OperatorRoles.self, OperatorInvite.self,
            OperatorEnroll.self, OperatorRetire.self,
        ]
    )
}
