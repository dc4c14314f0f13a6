
import ArgumentParser

/// `safeconduct log`.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "The transparency logs: what they are, and whether they hold.",
        subcommands: [LogShow.self, LogVerify.self]
    )
}
