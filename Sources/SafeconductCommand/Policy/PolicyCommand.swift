// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct policy`.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Cedar policies: written and tested in files, and versions in the log that decide one at a time.",
        groupedSubcommands: [
            CommandGroup(
                name: "With files:",
                subcommands: [
                    PolicyCheckCommand.self, PolicyFormatCommand.self, PolicyTestCommand.self, PolicyDiffCommand.self,
                    PolicyExplainCommand.self, PolicyQueryCommand.self, PolicyBench.self,
                ]
            ),
            CommandGroup(
                name: "A set's life in the log:",
                subcommands: [
                    PolicyList.self, PolicyShow.self, PolicyPut.self, PolicyShadow.self, PolicyActivate.self,
                    PolicyRollback.self, PolicyRetire.self,
                ]
            ),
            CommandGroup(
                name: "What was decided:",
                subcommands: [PolicySimulate.self, PolicyErrorList.self]
            ),
            CommandGroup(name: "For scripts, line by line:", subcommands: [PolicyEvaluate.self, PolicyParse.self]),
        ]
    )
}
