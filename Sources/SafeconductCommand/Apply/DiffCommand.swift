// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct diff`.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show, member by member, what applying files would change.",
        discussion: """
            Compares what the files mean with what the server has: the order of members, spaces and spans such as 90d do
            not differ. Objects that no file mentions are not looked at. Exit code 0 when there is no difference, 1 when
            there is one (or when the files can't be read; then nothing stands on standard output).

            Whoever applies the files afterwards with --at and the version that is told writes over nothing that was
            changed in between.

            Example: safeconduct diff -f safeconduct.yaml
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "A YAML file, a directory of them, or - for standard input; may be given several times."
    )
    var files: [String]

    func run() async throws {
        let documents = ApplyOrder.of(try ApplyDocument.inOrder(ApplyFiles.read(files)))
        for document in documents { try ObjectDraft.check(document) }
        let (version, results) = try await connection.withClient { client in
            // Asked first: what is changed while the rest is read counts as changed since.
            let version = try await StateVersion.now(client)
            let plan = try await ApplyPlan.comparing(documents, client)
            return (version, try documents.map { (try plan.result(of: $0), try plan.changes(of: $0)) })
        }
        let differing = results.filter { $0.0.change != .unchanged }
        if output.format == .table {
            for (result, changes) in differing {
                try Console.data(result.line(dryRun: true) + "\n")
                for change in changes { try Console.data("  \(change.line)\n") }
            }
        } else {
            let items = differing.map { result, changes -> JSONValue in
                var object = result.json.objectValue ?? JSONObject()
                object["changes"] = .array(changes.map(\.json))
                return .object(object)
            }
            try output.print(["items": .array(items)]) { _ in Table() }
        }
        let created = differing.count { $0.0.change == .created }
        output.talk(
            differing.isEmpty
                ? "no difference"
                : "\(created) to create, \(differing.count - created) to change, "
                    + "\(results.count - differing.count) as they are; compared with \(version)"
        )
        if !differing.isEmpty { throw ExitCode(ExitStatus.error.rawValue) }
    }
}
