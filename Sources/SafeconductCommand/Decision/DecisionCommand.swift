
import ArgumentParser

/// `safeconduct decision`.
struct DecisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decision",
        abstract: "Decisions: what was answered, why, and the proof.",
        subcommands: [DecisionList.self, DecisionShow.self, DecisionExplain.self, DecisionReceipt.self]
    )
}
