// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy show`.
struct PolicyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a policy set, or the one that decides: its text."
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Its id; the one that decides when left out.")
    var id: String?

    @Option(help: "What they decide about: calls, or commands of operators.")
    var realm = PolicyRealm.calls

    func run() async throws {
        let path = id.map { Noun.policySets.path(of: $0) } ?? "/v1/policies/active" + realm.query
        let set = try await connection.withClient { client in
            try await client.get(path).accepted().json()
        }
        guard output.format == .table else { return try output.print(set, table: RecordTable.of) }
        var text = ""
        for file in set["files"]?.arrayValue ?? [] {
            // A name above each file: a comment where it holds policies or a schema, and in YAML.
            let name = CellText.of(file["name"])
            text += name.hasSuffix(".yaml") ? "# \(name)\n" : "// \(name)\n"
            let body = file["text"]?.stringValue ?? ""
            text += body.hasSuffix("\n") ? body : body + "\n"
        }
        // A policy's text may span lines; everything else that could act on a terminal is spelt out.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        try Console.data(lines.map { Printable.text(String($0.replacing("\t", with: "    "))) }.joined(separator: "\n"))
        output.talk("\(CellText.of(set["id"])), \(CellText.of(set["state"])), digest \(CellText.of(set["digest"]))")
    }
}
