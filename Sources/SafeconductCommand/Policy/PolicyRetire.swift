// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy retire`.
struct PolicyRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Take a policy set that does not decide out of use for good; a set in shadow leaves it.",
        discussion: "Example: safeconduct policy retire POLICY"
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Its id.")
    var id: String

    func run() async throws {
        let set = try await connection.withClient { client in
            try await Registry(noun: .policySets, client: client).retire(id)
        }
        try PolicyStepText.print(set, output)
    }
}
