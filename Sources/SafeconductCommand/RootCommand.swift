// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct`.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "safeconduct",
        abstract: "The trust control plane for APIs and the machines that call them.",
        discussion: """
            First steps:
              safeconduct dev                          start on this machine
              safeconduct apply -f safeconduct.yaml    say what is to be protected
              safeconduct decision list                see what was decided

            Commands find the server by --key-file (an operator's or identity's key, which names it), --url, --token-file and
            --ca-file, else by SAFECONDUCT_KEY_FILE, SAFECONDUCT_URL, SAFECONDUCT_TOKEN_FILE and
            SAFECONDUCT_CA_FILE, else by connection.json of the data directory.
            Data goes to standard output, talk to standard error.

            Exit codes: 0 ok, 1 error, 2 usage, 3 denied, 4 not found, 5 conflict, 6 unavailable.
            """,
        version: "safeconduct \(ProductVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Server:",
                subcommands: [
                    DevCommand.self, InitCommand.self, ServeCommand.self, ConfigCommand.self, RecoverCommand.self,
                    BackupCommand.self, RestoreCommand.self,
                ]
            ),
            CommandGroup(
                name: "What is registered:",
                subcommands: [
                    ApplyCommand.self, DiffCommand.self, IdentityCommand.self, ApiCommand.self, IssuerCommand.self,
                    EnforcementPointCommand.self, OperatorCommand.self, CredentialCommand.self, FindingCommand.self,
                    PolicyCommand.self, TaskCommand.self, TokenCommand.self, NodeCommand.self,
                ]
            ),
            CommandGroup(name: "What is stopped:", subcommands: [CutCommand.self, HoldCommand.self]),
            CommandGroup(
                name: "What was decided:",
                subcommands: [DecisionCommand.self, OutcomesCommand.self, AlertCommand.self, LogCommand.self]
            ),
            CommandGroup(
                name: "Tools:",
                subcommands: [OpenAPICommand.self, JoseCommand.self, CompletionsCommand.self, ManualCommand.self]
            ),
        ]
    )
}
