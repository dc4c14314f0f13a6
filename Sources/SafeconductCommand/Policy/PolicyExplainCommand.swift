// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import StrictJSON

/// `safeconduct policy explain`.
struct PolicyExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why policies in files answer a request as they do. No server is asked.",
        discussion: """
            Which policies decided and by which conditions, with the values seen there; of a denial also what came \
            nearest to permitting, and which few facts would turn the answer round. The request is a JSON object \
            {"principal": {"type", "id"}, "action", "resource", "context"?}, or written in options as for 'policy query'.

            A denial is an answer, not a failure: exit code 0. 'decision explain' explains what a server decided.

            Examples:
              safeconduct policy explain --policies photos.cedar --entities all.json --request asked.json
              safeconduct policy explain --policies photos.cedar --entities all.json --principal 'User::"ann"' \
            --action 'Action::"view"' --resource 'Photo::"1"' -o json
            """
    )

    @OptionGroup var files: CedarFiles

    @Option(help: ArgumentHelp("The request, as JSON; - for standard input.", valueName: "file"))
    var request: String?

    @Option(help: ArgumentHelp("Who asks, such as User::\"ann\".", valueName: "entity"))
    var principal: String?

    @Option(help: ArgumentHelp("What to do.", valueName: "entity"))
    var action: String?

    @Option(help: ArgumentHelp("With what.", valueName: "entity"))
    var resource: String?

    @Option(help: ArgumentHelp("The context, a JSON object in Cedar's form.", valueName: "json"))
    var context: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        let words = [principal, action, resource]
        if request != nil {
            guard words.allSatisfy({ $0 == nil }), context == nil else {
                throw ValidationError(
                    "--request says it all: leave out --principal, --action, --resource and --context"
                )
            }
        } else if words.contains(where: { $0 == nil }) {
            throw ValidationError("give --request, or --principal, --action and --resource")
        }
    }

    func run() throws {
        let explanation = try explain()
        guard output.format == .table else { return try output.print(explanation.json, table: RecordTable.of) }
        let lines = explanation.text.split(separator: "\n", omittingEmptySubsequences: false)
        try Console.data(lines.map { Printable.text(String($0)) + "\n" }.joined())
    }

    /// Answers the request and says why.
    func explain() throws(CommandFailure) -> Cedar.Explanation {
        let schema = try files.readSchema()
        let policies = try files.readPolicies()
        let entities = try files.readEntities(schema)
        return policies.explain(try question(schema), entities: entities)
    }

    private func question(_ schema: Schema?) throws(CommandFailure) -> AuthorizationRequest {
        if let request { return try CedarFiles.request(at: request, schema) }
        var members = JSONObject()
        for (name, text) in [("principal", principal), ("action", action), ("resource", resource)] {
            let entity = try QueryFiles.entity(text ?? "")
            members[name] = ["type": .string(entity.type.text.string), "id": .string(entity.id.string)]
        }
        if let context {
            do { members["context"] = try JSONValue(parsing: Array(context.utf8)) } catch {
                throw CommandFailure(.error, "--context: \(error)")
            }
        }
        return try CedarFiles.request(.object(members), schema, "the request")
    }
}
