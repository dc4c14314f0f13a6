// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import StrictJSON
import TransparencyLog

/// `safeconduct log verify`.
struct LogVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the logs of a server, or a receipt without any.",
        discussion: """
            Without --receipt or --offline every log is read: each checkpoint's signature, every entry and tile, the root
            over all of them, the bodies behind the entries (one that is not there is a fault), the evidence against its
            anchors in the control log, and that the log only grew since the last time it was verified from here.

            Examples:
              safeconduct log verify
              safeconduct log verify --receipt dec_X.tlog-proof --body dec_X.json --key "$(cat dec_X.vkey)"
              safeconduct log verify --offline receipt/

            Exit code 1 when anything does not hold.
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: ArgumentHelp("A receipt (.tlog-proof).", valueName: "file"))
    var receipt: String?

    @Option(help: ArgumentHelp("The stored bytes that the receipt is for.", valueName: "file"))
    var body: String?

    @Option(help: ArgumentHelp("The log's verifier key.", valueName: "vkey"))
    var key: String?

    @Option(help: ArgumentHelp("A directory of receipts that 'decision receipt --out' wrote.", valueName: "dir"))
    var offline: String?

    func validate() throws {
        guard receipt == nil || offline == nil else { throw ValidationError("--receipt or --offline, not both") }
        guard (receipt == nil) == (body == nil) else { throw ValidationError("--receipt and --body go together") }
        guard receipt == nil || key != nil else { throw ValidationError("--receipt needs the log's --key") }
        guard key == nil || receipt != nil || offline != nil else {
            throw ValidationError("--key goes with --receipt or --offline")
        }
    }

    func run() async throws {
        if let receipt, let body, let key {
            try report([try Self.check(receipt, body, LogKeys.key(Self.trimmed(key)))])
        } else if let offline {
            try verifyDirectory(offline)
        } else {
            try await verifyServer()
        }
    }

    // MARK: - Receipts

    private static func check(_ receipt: String, _ body: String, _ key: VerifierKey) throws -> JSONValue {
        let check = try ReceiptCheck(receipt: InputFile.bytes(receipt, maximumBytes: TlogProof.maximumBytes))
        let entry = try check.verify(body: InputFile.bytes(body, maximumBytes: 64 << 20), key: key)
        return [
            "receipt": .string(receipt), "origin": .string(key.name.text),
            "index": .integer(Int64(clamping: entry.index)),
            "size": .integer(Int64(clamping: entry.checkpoint.checkpoint.size)), "verified": true,
        ]
    }

    private func verifyDirectory(_ directory: String) throws {
        let names = try InputFile.names(in: directory, endings: [".tlog-proof"])
        guard !names.isEmpty else { throw CommandFailure(.error, "\(directory): no file here ends in .tlog-proof") }
        var results: [JSONValue] = []
        for name in names {
            let stem = "\(directory)/\(name.dropLast(".tlog-proof".count))"
            do {
                let text =
                    try key ?? String(decoding: InputFile.bytes(stem + ".vkey", maximumBytes: 4096), as: UTF8.self)
                results.append(
                    try Self.check("\(directory)/\(name)", stem + ".json", LogKeys.key(Self.trimmed(text)))
                )
            } catch let failure as CommandFailure {
                throw CommandFailure(.error, "\(directory)/\(name): \(failure.message)")
            }
        }
        if key == nil {
            output.talk("The keys are those that lie beside the receipts: compare them with ones you trust.")
        }
        try report(results)
    }

    private func report(_ results: [JSONValue]) throws {
        try output.print(["items": .array(results)]) { _ in
            Table(
                rows: results.map { item in
                    [
                        "verified", CellText.of(item["receipt"]),
                        "leaf \(CellText.of(item["index"])) of \(CellText.of(item["size"])) in "
                            + CellText.of(item["origin"]),
                    ]
                }
            )
        }
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: - Logs

    private func verifyServer() async throws {
        let memory = LogMemory(environment: ProcessInfo.processInfo.environment)
        let results = try await connection.withClient { client in
            let keys = try await client.get("/log/keys").accepted().bytes
            return try await LogAudit(client: client, memory: memory, quiet: output.quiet)
                .run(try LogKeys.read(String(decoding: keys, as: UTF8.self)))
        }
        try output.print(["items": .array(results.map(\.json))]) { _ in
            Table(
                titles: ["LOG", "ENTRIES", "RESULT"],
                rows: results.map { [$0.origin, String($0.size), $0.sentence] },
                empty: "no logs"
            )
        }
        guard results.allSatisfy(\.holds) else {
            throw CommandFailure(
                .error,
                "a log does not hold; keep a copy of what you have and stop trusting this server"
            )
        }
    }
}
