// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct decision`.
struct DecisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decision",
        abstract: "Decisions: what was answered, why, and the proof.",
        subcommands: [
            DecisionList.self, DecisionShow.self, DecisionExplain.self, DecisionReplay.self, DecisionReceipt.self,
            DecisionRefusals.self,
        ]
    )
}
