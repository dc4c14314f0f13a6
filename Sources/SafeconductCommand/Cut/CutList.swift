
import ArgumentParser

/// `safeconduct cut list`.
struct CutList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the cuts.")

    @OptionGroup var options: ListOptions

    func run() async throws { try await options.run(.cuts) }
}
