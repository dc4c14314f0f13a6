// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct identity`.
struct IdentityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Services, CI jobs, agents, integrations and devices that call APIs.",
        subcommands: [
            IdentityList.self, IdentityShow.self, IdentitySuspend.self, IdentityResume.self, IdentityRetire.self,
            IdentityVerifySVID.self, IdentityParseID.self,
        ]
    )
}
