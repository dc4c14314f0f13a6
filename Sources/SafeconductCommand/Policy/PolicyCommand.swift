
import ArgumentParser

/// `safeconduct policy`.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Cedar policies: the active set, and tools for scripts.",
        subcommands: [PolicyShow.self, PolicyActivate.self, PolicyEvaluate.self, PolicyParse.self]
    )
}
