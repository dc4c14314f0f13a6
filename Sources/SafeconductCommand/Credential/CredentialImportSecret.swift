// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

struct CredentialImportSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-secret",
        abstract: "Take over the client secret of a program that can't sign yet.",
        discussion: """
            The file holds the secret and nothing else but the end of its line: at least 32 characters, and by chance. The
            server keeps its SHA-256. Each use is a finding (safeconduct finding list), and what is had by it has the lowest
            assurance of all that proves itself; give it an end, and register a key before.

            Example: safeconduct credential import-secret --identity old-batch --secret-file old-batch.secret --expires-in 30d
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The identity, by name or id.")
    var identity: String

    @Option(help: ArgumentHelp("The secret, or - for standard input.", valueName: "file"))
    var secretFile: String

    @Option(help: "From now until it ends, such as 30d; no later than the identity.")
    var expiresIn: String?

    func run() async throws {
        var bytes = try InputFile.bytes(secretFile, maximumBytes: 4 << 10)
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let secret = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.error, "\(secretFile): the file is no text")
        }
        var body = JSONObject([("holder", .string(identity)), ("secret", .string(secret))])
        if let expiresIn { body["expires_in"] = .string(expiresIn) }
        let sent = JSONValue.object(body)
        let credential = try await connection.withClient { client in
            try await client.post("/v1/credentials", sent).accepted().json()
        }
        try output.print(credential, table: RecordTable.of)
    }
}
