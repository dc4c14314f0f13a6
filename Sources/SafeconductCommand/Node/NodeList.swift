// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct node list`.
struct NodeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List them: since when each is one, its key, and how far its evidence is anchored.",
        discussion: "Example: safeconduct node list"
    )

    @OptionGroup var options: ListOptions

    func run() async throws { try await options.run(.nodes) }
}

extension Noun {
    /// The nodes; `*` marks the one that answers.
    static let nodes = Noun(
        name: "node",
        path: "nodes",
        columns: [
            Column(title: "NODE") { node in
                CellText.of(node["number"]) + (node["answering"]?.boolValue == true ? "*" : "")
            },
            .member("ID", "id"), .member("SINCE", "since"),
            Column(title: "ANCHORED") { node in
                guard let anchor = node["last_anchor"], let log = anchor["log"]?.stringValue else { return "-" }
                return "\(log):\(CellText.of(anchor["size"]))"
            },
            .member("KEY", "verifying_key"),
        ]
    )
}
