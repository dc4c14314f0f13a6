
import ArgumentParser

/// `safeconduct cut`.
struct CutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut",
        abstract: "Cuts: end every older credential in a scope, for good.",
        subcommands: [CutCreate.self, CutList.self]
    )
}
