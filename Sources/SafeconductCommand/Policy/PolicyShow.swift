// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// `safeconduct policy show`.
struct PolicyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the policy set that decides: its Cedar text."
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "What they decide about: calls, or commands of operators.")
    var realm = PolicyRealm.calls

    func run() async throws {
        let path = "/v1/policies/active" + realm.query
        let set = try await connection.withClient { client in
            try await client.get(path).accepted().json()
        }
        guard output.format == .table else { return try output.print(set, table: RecordTable.of) }
        var text = ""
        for file in set["files"]?.arrayValue ?? [] {
            text += "// \(CellText.of(file["name"]))\n"
            let body = file["text"]?.stringValue ?? ""
            text += body.hasSuffix("\n") ? body : body + "\n"
        }
        // A policy's text may span lines; everything else that could act on a terminal is spelt out.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        try Console.data(lines.map { Printable.text(String($0.replacing("\t", with: "    "))) }.joined(separator: "\n"))
        output.talk("\(CellText.of(set["id"])), digest \(CellText.of(set["digest"]))")
    }
}
