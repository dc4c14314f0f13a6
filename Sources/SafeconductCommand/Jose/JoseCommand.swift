
import ArgumentParser

/// `safeconduct jose`.
struct JoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jose",
        abstract: "Signed JSON tokens: tools for scripts.",
        subcommands: [JoseVerify.self]
    )
}
