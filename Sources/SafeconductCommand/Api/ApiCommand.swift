
import ArgumentParser

/// `safeconduct api`.
struct ApiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Protected APIs and their operations.",
        subcommands: [ApiList.self, ApiShow.self]
    )
}
