// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy activate`.
struct PolicyActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Make files, or a set of the log, the policy set that decides, in place of the one before.",
        discussion: """
            Examples:
              safeconduct policy activate policies/
              safeconduct policy activate orders.cedar refunds.cedar --note "refunds need the finance team"
              safeconduct policy show --realm commands -o json     the policies of what operators may do
              safeconduct policy activate roles/ --realm commands  replaces them; owners only
              safeconduct policy activate POLICY                   a draft, or any set of the log
              safeconduct policy activate policies/ --dry-run
              safeconduct policy activate policies/ --confirm no-exports-at-night
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(
        help:
            "Files, or directories with *.cedar, *.cedarschema and *.policytest.yaml files; or the id of a set in the log."
    )
    var paths: [String]

    @Option(help: "What changed, for those who read it later; kept encrypted.")
    var note: String?

    @Option(
        help: "What they decide about: calls, or commands of operators. (default: calls; of a set, what it is about)"
    )
    var realm: PolicyRealm?

    @Option(help: "A forbid that goes into shadow mode knowingly, by its id; may be given again.")
    var confirm: [String] = []

    @Flag(help: "Only say what would change; exit code 1 when it would be refused.")
    var dryRun = false

    func run() async throws {
        if paths.count == 1, PolicyStepText.isID(paths[0]) { return try await enforce(paths[0]) }
        let files = try PolicyFiles.read(paths)
        if dryRun {
            let review = try await connection.withClient { client in
                var body = JSONObject([("files", .array(files.map(\.json)))])
                if let realm { body["realm"] = .string(realm.rawValue) }
                if !confirm.isEmpty { body["confirm"] = .array(confirm.map { .string($0) }) }
                return try await client.post("/v1/policies/review", .object(body)).accepted().json()
            }
            try output.print(review, table: RecordTable.of)
            if let refusal = review["refusal"] {
                let why = Printable.text(CellText.of(refusal["detail"]))
                throw CommandFailure(.error, "the activation would be refused: \(why)")
            }
            return
        }
        let (set, isNew) = try await connection.withClient { client in
            try await Self.activate(files, note: note, realm ?? .calls, confirm: confirm, client)
        }
        try PolicyStepText.print(set, output)
        output.talk(isNew ? "Active from the next decision on." : "These files are active already; nothing changed.")
    }

    /// Makes a set of the log decide.
    private func enforce(_ id: String) async throws {
        guard !dryRun else {
            throw CommandFailure(.usage, "--dry-run is for files; 'policy diff active ID' compares sets")
        }
        var body = JSONObject()
        if let realm { body["realm"] = .string(realm.rawValue) }
        if !confirm.isEmpty { body["confirm"] = .array(confirm.map { .string($0) }) }
        if let note { body["reason"] = .string(note) }
        let request = JSONValue.object(body)
        let set = try await connection.withClient { client in
            try await client.post(Noun.policySets.path(of: id) + "/enforce", request).accepted().json()
        }
        try PolicyStepText.print(set, output)
        output.talk("Active from the next decision on.")
    }

    /// Activates `files` unless they are active already.
    static func activate(
        _ files: [PolicyFiles.File],
        note: String?,
        _ realm: PolicyRealm = .calls,
        confirm: [String] = [],
        _ client: Client
    ) async throws(CommandFailure) -> (set: JSONValue, isNew: Bool) {
        let present = try await active(client, realm)
        if let present, PolicyFiles.areActive(files, in: present) { return (present, false) }
        var body = JSONObject([("files", .array(files.map(\.json)))])
        if let note { body["note"] = .string(note) }
        if realm != .calls { body["realm"] = .string(realm.rawValue) }
        if !confirm.isEmpty { body["confirm"] = .array(confirm.map { .string($0) }) }
        return (try await client.put("/v1/policies/active", .object(body)).accepted().json(), true)
    }

    /// The active set; nil when there is none.
    static func active(
        _ client: Client,
        _ realm: PolicyRealm = .calls
    ) async throws(CommandFailure) -> JSONValue? { try await tagged(client, realm).set }

    /// The active set and its version; nil when there is none.
    static func tagged(
        _ client: Client,
        _ realm: PolicyRealm = .calls
    ) async throws(CommandFailure) -> (set: JSONValue?, tag: String?) {
        let answer = try await client.get("/v1/policies/active" + realm.query)
        if !answer.isSuccess, answer.failure.status == .notFound { return (nil, nil) }
        return (try answer.accepted().json(), answer.tag)
    }
}
