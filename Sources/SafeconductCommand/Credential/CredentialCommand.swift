// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct credential`.
struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "What identities, operators and enforcement points present: keys and tokens.",
        subcommands: [
            CredentialRegister.self, CredentialImportSecret.self, CredentialList.self, CredentialShow.self,
            CredentialCut.self,
        ]
    )
}
