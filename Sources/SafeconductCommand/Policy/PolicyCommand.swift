// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct policy`.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract:
            "Cedar policies: the sets of the log and their lives, what another would change, and tools for scripts.",
        subcommands: [
            PolicyCheckCommand.self, PolicyTestCommand.self, PolicyList.self, PolicyShow.self, PolicyDiff.self,
            PolicyPut.self, PolicyShadow.self, PolicyActivate.self, PolicyRollback.self, PolicyRetire.self,
            PolicySimulate.self, PolicyErrorList.self, PolicyEvaluate.self, PolicyParse.self,
            PolicyBench.self, PolicyQueryCommand.self,
        ]
    )
}
