// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// Finds a misspelt command, which the argument parser would only call unexpected.
enum CommandTypo {
    /// Throws when a word that should name a command names none, with the nearest that does.
    static func check(_ arguments: [String], under root: any ParsableCommand.Type) throws(CommandFailure) {
        var command: any ParsableCommand.Type = root
        var path = [name(of: root)]
        for word in arguments {
            let names = subcommands(of: command)
            if names.isEmpty || word.hasPrefix("-") || word == "help" { return }
            guard let next = names.first(where: { sameBytes($0.name, word) }) else {
                let nearest = nearestName(to: word, among: names.map(\.name))
                throw CommandFailure(
                    .usage,
                    "'\(Printable.text(word))' is no command of '\(path.joined(separator: " "))'"
                        + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
                    hints: ["Its commands are: \(names.map(\.name).joined(separator: ", "))"]
                )
            }
            command = next.command
            path.append(next.name)
        }
    }

    private static func subcommands(
        of command: any ParsableCommand.Type
    ) -> [(name: String, command: any ParsableCommand.Type)] {
        command.configuration.subcommands.flatMap { next in
            ([name(of: next)] + next.configuration.aliases).map { ($0, next) }
        }
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? ""
    }
}
