// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy list`.
struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the policy sets that decide or once did."
    )

    @OptionGroup var options: ListOptions

    func run() async throws {
        let (list, active) = try await options.connection.withClient { client in
            var active: [JSONValue] = []
            for realm in PolicyRealm.allCases {
                if let id = try await PolicyActivate.active(client, realm)?["id"] { active.append(id) }
            }
            let registry = Registry(noun: .policySets(active: active), client: client)
            return (try await registry.list(limit: options.limit ?? .max), active)
        }
        try options.output.print(list, table: Noun.policySets(active: active).table)
    }
}
