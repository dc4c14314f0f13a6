// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct hold list`.
struct HoldList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the holds in force.")

    @OptionGroup var options: ListOptions

    @Flag(help: "Also those that were lifted.")
    var all = false

    func run() async throws {
        let all = self.all
        try await options.run(.holds) { all || $0["retired"]?.boolValue != true }
    }
}
