// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// The executable: parses, runs, and turns whatever happens into one sentence and one exit code.
@main
enum Program {
    static func main() async {
        // A reader that went away is an ordinary end of output, not a reason to be killed without a word.
        signal(SIGPIPE, SIG_IGN)
        let status = await run(Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }

    /// Runs the command that `arguments` spell.
    static func run(_ arguments: [String]) async -> ExitStatus {
        do {
            try CommandTypo.check(arguments, under: RootCommand.self)
            var command = try RootCommand.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .ok
        } catch {
            return report(error)
        }
    }

    private static func report(_ error: any Error) -> ExitStatus {
        if let failure = error as? CommandFailure {
            Console.talk("safeconduct: \(failure.message)")
            for hint in failure.hints { Console.talk("  \(hint)") }
            return failure.status
        }
        let code = RootCommand.exitCode(for: error)
        let message = RootCommand.fullMessage(for: error)
        if code.isSuccess {
            // Help and the version were asked for: they are the data.
            try? Console.data(message + "\n")
            return .ok
        }
        if !message.isEmpty { Console.talk(message) }
        return code == .validationFailure ? .usage : ExitStatus(rawValue: code.rawValue) ?? .error
    }
}
