
import ArgumentParser

/// `safeconduct pep` (policy enforcement point).
struct EnforcementPointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pep",
        abstract: "Enforcement points: who may ask about which APIs.",
        subcommands: [EnforcementPointList.self, EnforcementPointShow.self, EnforcementPointCreate.self, EnforcementPointRotate.self]
    )
}
