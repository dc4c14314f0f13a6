
import ArgumentParser

/// `safeconduct operator`.
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "People and teams that own things and give commands.",
        subcommands: [OperatorList.self, OperatorShow.self]
    )
}
