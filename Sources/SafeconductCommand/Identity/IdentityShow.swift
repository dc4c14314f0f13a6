
import ArgumentParser

/// `safeconduct identity show`.
struct IdentityShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one, by name or id.")

    @OptionGroup var options: ShowOptions

    func run() async throws { try await options.run(.identities) }
}
