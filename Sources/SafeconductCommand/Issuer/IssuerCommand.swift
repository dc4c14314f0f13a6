
import ArgumentParser

/// `safeconduct issuer`.
struct IssuerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issuer",
        abstract: "Issuers of foreign tokens, and the rules under which those count.",
        subcommands: [IssuerList.self, IssuerShow.self]
    )
}
