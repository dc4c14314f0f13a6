// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct completions`.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a script that completes commands and options in a shell.",
        discussion: """
            Examples:
              safeconduct completions bash > ~/.local/share/bash-completion/completions/safeconduct
              safeconduct completions zsh > "${fpath[1]}/_safeconduct"
              safeconduct completions fish > ~/.config/fish/completions/safeconduct.fish
            """
    )

    /// The shells that there are scripts for.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var completion: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        try Console.data(RootCommand.completionScript(for: shell.completion) + "\n")
    }
}
