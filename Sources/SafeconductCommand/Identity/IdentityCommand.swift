
import ArgumentParser

/// `safeconduct identity`.
struct IdentityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Services, CI jobs, agents, integrations and devices that call APIs.",
        subcommands: [IdentityList.self, IdentityShow.self, IdentitySuspend.self, IdentityResume.self]
    )
}
