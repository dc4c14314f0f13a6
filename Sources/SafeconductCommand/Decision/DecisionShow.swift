
import ArgumentParser

/// `safeconduct decision show`.
struct DecisionShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one decision as it was recorded.")

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The decision's id.")
    var id: String

    func run() async throws {
        let decision = try await connection.withClient { client in
            try await client.get("/v1/decisions/\(PathSegment.encode(id))").accepted().json()
        }
        try output.print(decision, table: RecordTable.of)
    }
}
