// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy shadow`.
struct PolicyShadow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shadow",
        abstract: "Have a policy set evaluated and recorded beside the one that decides; it enforces nothing.",
        discussion: """
            A draft by its id, or files, which are put first. It ends when the set is activated or retired, or another one \
            is in shadow.

            Examples:
              safeconduct policy shadow next/
              safeconduct policy shadow POLICY --reason "a week beside the old ones"
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(
        help:
            "The id of a set in the log; or files, or directories with *.cedar, *.cedarschema and *.policytest.yaml files."
    )
    var paths: [String]

    @Option(help: "Why, for those who read it later; kept encrypted.")
    var reason: String?

    func run() async throws {
        let files = paths.count == 1 && PolicyStepText.isID(paths[0]) ? nil : try PolicyFiles.read(paths)
        let reference = paths[0]
        let set = try await connection.withClient { client throws(CommandFailure) in
            var id = reference
            if let files { id = CellText.of(try await PolicyPut.put(files, note: reason, .calls, client)["id"]) }
            let body = JSONObject(reason.map { [("reason", .string($0))] } ?? [])
            return try await client.post("/v1/policies/\(PathSegment.encode(id))/shadow", .object(body)).accepted()
                .json()
        }
        try PolicyStepText.print(set, output)
        output.talk(
            "In shadow from the next decision on: 'decision list' and the metric safeconduct_shadow_set_decisions_total tell."
        )
    }
}
