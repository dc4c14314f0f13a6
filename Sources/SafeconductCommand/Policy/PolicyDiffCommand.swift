// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Safeconduct
import StrictJSON
import TrustModel

/// `safeconduct policy diff`.
struct PolicyDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract:
            "Say in which policies two sets differ, and which tests or requests they answer otherwise.",
        discussion: """
            A set is 'active', the id of one in the log, or a file or directory; a server is asked only for what is in the \
            log. Both answer the tests of either. With --requests they answer that sample instead, about the entities of a \
            file and as plain Cedar: any Cedar will do then, with or without what this product adds to it. \
            'policy simulate' asks what was decided instead.

            The sample is a JSON array of {"principal": {"type", "id"}, "action", "resource", "context"?}, or an object with \
            one as its "requests". A policy without @id is known again by its text, else by its place.

            Examples:
              safeconduct policy diff active policies/
              safeconduct policy diff POLICY active
              safeconduct policy diff old.cedar new.cedar --requests sample.json --entities all.json
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "What it was.")
    var old: String

    @Argument(help: "What it becomes.")
    var new: String

    @Option(help: ArgumentHelp("Requests that both sets answer, as JSON; - for standard input.", valueName: "file"))
    var requests: String?

    @Option(help: ArgumentHelp("What the requests are about: a JSON array in Cedar's entity form.", valueName: "file"))
    var entities: String?

    @Option(help: ArgumentHelp("A schema by which requests and entities are read.", valueName: "file"))
    var schema: String?

    func validate() throws {
        if requests == nil, entities != nil || schema != nil {
            throw ValidationError("--entities and --schema say what --requests are about, which is not given")
        }
    }

    func run() async throws {
        // What can't be read is told before a server is asked.
        let sample = try sample()
        let before = try await files(old)
        let after = try await files(new)
        if let sample {
            let difference = try SampleDifference(from: before, to: after, sample)
            guard output.format == .table else { return try output.print(difference.json, table: RecordTable.of) }
            return try Console.data(difference.text)
        }
        let difference: PolicyDifference
        do throws(PolicyRefusal) { difference = try PolicyDifference(from: before, to: after) } catch {
            throw CommandFailure(.error, Printable.text(error.description))
        }
        guard output.format == .table else { return try output.print(Self.json(difference), table: RecordTable.of) }
        try Console.data(PolicyDifferenceText(difference).text)
    }

    private func sample() throws(CommandFailure) -> SampleDifference.Sample? {
        guard let requests else { return nil }
        var schema: Schema?
        if let path = self.schema { schema = try CedarFiles.schema(at: path) }
        var entities = EntityStore()
        if let path = self.entities { entities = try CedarFiles.entities(at: path, schema) }
        return SampleDifference.Sample(requests: try CedarFiles.requests(at: requests, schema), entities: entities)
    }

    private func files(_ reference: String) async throws -> [TrustModel.PolicySet.File] {
        let path: String
        if reference == "active", !InputFile.exists(reference) {
            path = "/v1/policies/active"
        } else if PolicyStepText.isID(reference) {
            path = Noun.policySets.path(of: reference)
        } else {
            return try PolicyFiles.read([reference]).map(\.stored)
        }
        let set = try await connection.withClient { client in try await client.get(path).accepted().json() }
        return (set["files"]?.arrayValue ?? []).map { file in
            TrustModel.PolicySet.File(name: file["name"]?.stringValue ?? "", text: file["text"]?.stringValue ?? "")
        }
    }

    /// The policies that differ, as JSON.
    static func json(_ policies: [PolicyDifference.Policy]) -> JSONValue {
        .array(
            policies.map { policy in
                var object = JSONObject([("policy", .string(policy.id)), ("change", .string(policy.kind.rawValue))])
                if let extent = policy.extent { object["extent"] = .string(extent.rawValue) }
                if let before = policy.before { object["before"] = .string(before) }
                if let after = policy.after { object["after"] = .string(after) }
                return .object(object)
            }
        )
    }

    private static func json(_ difference: PolicyDifference) -> JSONValue {
        let answers = difference.answers.map { answer -> JSONValue in
            [
                "file": .string(answer.file), "test": .string(answer.name), "before": .string(answer.before.rawValue),
                "after": .string(answer.after.rawValue), "reason_before": .string(answer.reasonBefore),
                "reason_after": .string(answer.reasonAfter),
            ]
        }
        func list(_ ids: [String]) -> JSONValue { .array(ids.map { .string($0) }) }
        return [
            "policies": json(difference.policies), "answers": .array(answers),
            "tests": .integer(Int64(difference.asked)),
            "forbids_weakened": list(difference.change.forbidsWeakened),
            "forbids_removed": list(difference.change.forbidsRemoved),
            "forbids_changed": list(difference.change.forbidsChanged),
        ]
    }
}
