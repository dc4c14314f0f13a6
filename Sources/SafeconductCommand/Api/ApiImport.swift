// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Posture
import StrictJSON

/// `safeconduct api import`.
struct ApiImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Register an API with the operations of its OpenAPI document.",
        discussion: """
            Names come from operationId: listOrders becomes list-orders. A second import changes what the document \
            changed, and keeps what was set on operations since. Operations that the document lets anybody call are \
            listed: from now on they need a verified identity like all others.

            Example:
              safeconduct api import openapi.yaml --name orders --owner shop-team --purpose order-handling \
            --boundary shop --expires 90d --data-class confidential --dry-run
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "The API") var options: ImportOptions

    @Flag(name: .customLong("dry-run"), help: "Say what would be registered, and write nothing.")
    var dryRun = false

    @Argument(help: "The document, or - for standard input.")
    var file: String

    func run() async throws {
        let document = try OpenAPIFile.read(file)
        OpenAPIFile.talk(document.remarks, of: file, output)
        guard !document.isAmbiguous else {
            throw CommandFailure(
                .error,
                "\(OpenAPIFile.shown(file)): a name stands twice, so two readers may see two different APIs",
                hints: ["Mend the document first; 'safeconduct api scan' says where."]
            )
        }
        let (draft, result) = try await connection.withClient { client in
            let present = try await Registry(noun: .apis, client: client).objectIfAny(options.name)
            let draft = try ApiDraft(document, options.wishes, present: present)
            let wanted = ApplyDocument(
                kind: .api,
                name: options.name,
                object: draft.object,
                file: OpenAPIFile.shown(file)
            )
            try ObjectDraft.check(wanted)
            let result =
                dryRun
                ? try await ApplyPlan.comparing([wanted], client).result(of: wanted)
                : try await ApplyWriter(client: client).apply(wanted)
            return (draft, result)
        }
        let report = ImportReport(draft: draft, result: result, isDry: dryRun)
        try output.print(report.json) { _ in report.table }
        for line in report.talk { output.talk(line) }
    }
}
