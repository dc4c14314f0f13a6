
import ArgumentParser

/// `safeconduct identity list`.
struct IdentityList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List them.")

    @OptionGroup var options: ListOptions

    func run() async throws { try await options.run(.identities) }
}
