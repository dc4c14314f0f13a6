// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct pep` (policy enforcement point).
struct EnforcementPointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pep",
        abstract: "Enforcement points: who may ask about which APIs.",
        subcommands: [
            EnforcementPointList.self, EnforcementPointShow.self, EnforcementPointCreate.self,
            EnforcementPointRotate.self, EnforcementPointRetire.self,
        ],
        aliases: ["enforcement-point"]
    )
}
