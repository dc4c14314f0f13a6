
import ArgumentParser

/// `safeconduct hold`.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Holds: stop everything in a scope until they are lifted.",
        subcommands: [HoldPlace.self, HoldLift.self, HoldList.self]
    )
}
