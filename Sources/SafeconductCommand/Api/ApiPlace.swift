// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Posture
import TrustModel

/// Where the operations of a document answer: one base path, and the hosts that have it.
struct ApiPlace {
    let basePath: String
    let hosts: [String]
    private let servers: [DocumentedServer]

    /// Finds the one base path of a document's servers, or takes the wished one.
    ///
    /// - Throws: ``CommandFailure`` when there are several to choose from, or none that can be registered.
    init(_ document: ApiDocument, _ wishes: ApiDraft.Wishes) throws(CommandFailure) {
        servers = document.servers
        var paths: [String] = []
        for server in servers where !paths.contains(server.basePath) { paths.append(server.basePath) }
        if let wished = wishes.basePath {
            basePath = wished == "/" ? "" : wished
        } else {
            guard paths.count <= 1 else {
                let shown = paths.prefix(4).map { $0.isEmpty ? "/" : Printable.text($0) }.joined(separator: ", ")
                throw CommandFailure(
                    .error,
                    "the document's servers have different base paths: \(shown)",
                    hints: ["Choose one with --base-path; an API has one, and another one is another API."]
                )
            }
            basePath = paths.first ?? ""
        }
        guard basePath.isEmpty || RouteTemplate(basePath)?.parameters == 0 else {
            throw CommandFailure(
                .error,
                "the base path '\(Printable.text(basePath))' has parameters or is no path",
                hints: ["Name the one that is meant with --base-path."]
            )
        }
        if wishes.hosts.isEmpty {
            let chosen = basePath
            let answering = paths.contains(chosen) ? servers.filter { $0.basePath == chosen } : servers
            var hosts: [String] = []
            for server in answering + document.operations.flatMap(\.servers).filter({ $0.basePath == chosen }) {
                // A host with a variable in it is none that a call could name.
                guard let host = server.host.flatMap(CallTarget.normalizedHost), !hosts.contains(host) else { continue }
                hosts.append(host)
            }
            self.hosts = hosts
        } else {
            hosts = wishes.hosts
        }
    }

    /// Whether an operation has no servers of its own that lie elsewhere.
    func answers(_ operation: DocumentedOperation) -> Bool {
        operation.servers.isEmpty || operation.servers == servers
            || operation.servers.contains { $0.basePath == basePath }
    }
}
