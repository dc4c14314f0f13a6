
import ArgumentParser

/// `safeconduct operator show`.
struct OperatorShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one, by name or id.")

    @OptionGroup var options: ShowOptions

    func run() async throws { try await options.run(.operators) }
}
