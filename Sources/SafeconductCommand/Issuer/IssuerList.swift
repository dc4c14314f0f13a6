
import ArgumentParser

/// `safeconduct issuer list`.
struct IssuerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List them.")

    @OptionGroup var options: ListOptions

    func run() async throws { try await options.run(.issuers) }
}
