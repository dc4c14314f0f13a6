
import ArgumentParser

/// `safeconduct hold list`.
struct HoldList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the holds in force.")

    @OptionGroup var options: ListOptions

    @Flag(help: "Also those that were lifted.")
    var all = false

    func run() async throws {
        let all = self.all
        try await options.run(.holds) { all || $0["retired"]?.boolValue != true }
    }
}
