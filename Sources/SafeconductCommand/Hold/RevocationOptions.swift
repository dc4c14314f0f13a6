// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// What a cut and a hold are made of.
struct RevocationOptions: ParsableArguments {
    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            "What it covers: KIND:NAME or KIND:ID, or all.",
            discussion: "Kinds: \(ScopeText.words.joined(separator: ", ")).",
            valueName: "scope"
        ),
        transform: { text in
            do throws(CommandFailure) { return try ScopeText(text) } catch {
                throw ValidationError(([error.message] + error.hints).joined(separator: "\n"))
            }
        }
    )
    var scope: ScopeText

    @Option(help: "Why, for those who read it later; kept encrypted.")
    var reason: String?

    /// Posts it to `path` and prints what came of it.
    func run(_ noun: Noun, members: [(String, JSONValue)] = [], done: (JSONValue) -> String) async throws {
        let object = try await connection.withClient { client in
            var body = JSONObject([("scope", try await scope.json(client))])
            if let reason { body["reason"] = .string(reason) }
            for (key, value) in members { body[key] = value }
            return try await client.post("/v1/\(noun.path)", .object(body)).accepted().json()
        }
        try output.print(object, table: RecordTable.of)
        output.talk(done(object))
        if object["reason_dropped"]?.boolValue == true {
            output.talk("The reason could not be kept: the disk is full. What was asked for is done without it.")
        }
    }
}
