// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Foundation
import StrictJSON

/// `safeconduct policy query`.
struct PolicyQueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "List who may do something, with what, or what. No server is asked.",
        discussion: """
            Entities are written as in policies: User::"ann". The answer is one a line, in the order of the ids; with \
            --json one object {"results": [{"type", "id"}], "next"}, next being what --after continues with, or null.

            With a schema, the entities have to conform to it, and only what the schema has an action for is found.

            Example: safeconduct policy query resource Photo --policies photos.cedar --entities all.json \
            --principal 'User::"ann"' --action 'Action::"view"'
            """,
        subcommands: [Principals.self, Resources.self, Actions.self]
    )

    /// `safeconduct policy query principal`.
    struct Principals: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "principal",
            abstract: "Principals of a type that may do an action with a resource."
        )

        @Argument(help: "The type of the principals.")
        var type: String
        @Option(help: "What they would do.")
        var action: String
        @Option(help: "With what.")
        var resource: String
        @OptionGroup var files: QueryFiles

        func run() throws { try files.run(try query()) }

        /// What is asked.
        func query() throws(CommandFailure) -> PolicyQuery {
            .principals(
                of: try QueryFiles.type(type),
                action: try QueryFiles.entity(action),
                resource: try QueryFiles.entity(resource),
                context: try files.record()
            )
        }
    }

    /// `safeconduct policy query resource`.
    struct Resources: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resource",
            abstract: "Resources of a type with which a principal may do an action."
        )

        @Argument(help: "The type of the resources.")
        var type: String
        @Option(help: "Who would act.")
        var principal: String
        @Option(help: "What they would do.")
        var action: String
        @OptionGroup var files: QueryFiles

        func run() throws { try files.run(try query()) }

        /// What is asked.
        func query() throws(CommandFailure) -> PolicyQuery {
            .resources(
                of: try QueryFiles.type(type),
                principal: try QueryFiles.entity(principal),
                action: try QueryFiles.entity(action),
                context: try files.record()
            )
        }
    }

    /// `safeconduct policy query action`.
    struct Actions: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "action",
            abstract: "Actions that a principal may do with a resource."
        )

        @Option(help: "Who would act.")
        var principal: String
        @Option(help: "With what.")
        var resource: String
        @OptionGroup var files: QueryFiles

        func run() throws { try files.run(try query()) }

        /// What is asked.
        func query() throws(CommandFailure) -> PolicyQuery {
            .actions(
                principal: try QueryFiles.entity(principal),
                resource: try QueryFiles.entity(resource),
                context: try files.record()
            )
        }
    }
}
