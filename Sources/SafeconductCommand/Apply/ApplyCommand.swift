// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct apply`.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Register what YAML files describe; what is so already stays as it is.",
        discussion: """
            A file holds documents, separated by ---, each with a kind (Operator, Issuer, Api, Identity, EnforcementPoint \
            or PolicySet), a name and the members of its kind. They are applied in that order of kinds, whatever order
            they stand in. Up to 1,000 objects (and 2 MiB) are one command: all are written, or none. More are applied
            in parts of that size, policies last; after a refusal nothing more is begun, and what was done is told.
            When a connection breaks, the same command is sent again and is carried out once.

            Examples:
              safeconduct apply -f safeconduct.yaml --dry-run
              safeconduct apply -f safeconduct.yaml
              cat *.yaml | safeconduct apply -f -
              safeconduct diff -f safeconduct.yaml; safeconduct apply -f safeconduct.yaml --at g1-r42

            A document:
              kind: Identity
              name: orders-worker
              type: service
              owner: shop-team
              purpose: order-handling
              boundary: shop
              expires_at: 2030-01-01T00:00:00Z
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "A YAML file, a directory of them, or - for standard input; may be given several times."
    )
    var files: [String]

    @Flag(name: .customLong("dry-run"), help: "Say what would be created or changed, and write nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Write over nothing that was changed after this version of the state; diff tells which it compared with.",
            valueName: "version"
        ),
        transform: { text in
            guard let version = StateVersion(text) else {
                throw ValidationError("a version such as g1-r42 is expected")
            }
            return version
        }
    )
    var at: StateVersion?

    func run() async throws {
        let documents = ApplyOrder.of(try ApplyDocument.inOrder(ApplyFiles.read(files)))
        // Everything that can be seen without the server is seen before anything is written.
        for document in documents { try ObjectDraft.check(document) }
        var results: [ApplyResult] = []
        do {
            try await connection.withClient { client in
                if dryRun {
                    let plan = try await ApplyPlan.comparing(documents, client)
                    for document in documents { results.append(try plan.result(of: document)) }
                } else {
                    var progress = Progress("apply", quiet: output.quiet)
                    defer { progress.finish() }
                    try await ApplyRun(client: client, documents: documents, version: at).apply(
                        &progress,
                        done: &results
                    )
                }
            }
        } catch {
            try finish(results)
            if !results.isEmpty, !dryRun {
                output.talk("\(results.count) of \(documents.count) were done before this:")
            }
            throw error
        }
        try finish(results)
        output.talk(ApplyResult.summary(results, dryRun: dryRun))
    }

    private func finish(_ results: [ApplyResult]) throws(CommandFailure) {
        if output.format == .table {
            for result in results { try Console.data(result.line(dryRun: dryRun) + "\n") }
        } else {
            try output.print(["items": .array(results.map(\.json))]) { _ in Table() }
        }
    }
}
