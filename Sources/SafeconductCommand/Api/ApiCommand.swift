// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct api`.
struct ApiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Protected APIs and their operations.",
        subcommands: [
            ApiList.self, ApiShow.self, ApiScan.self, ApiImport.self, ApiFindings.self, ApiRetire.self,
        ]
    )
}
