// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

struct CredentialRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register the public key by which an identity proves itself.",
        discussion: """
            The file holds one public key as a JWK (RFC 7517). Its holder signs client assertions with the private half
            (private_key_jwt), which stays where it was made. What is not said of owner, purpose, boundary and expiry is
            the identity's.

            Example: safeconduct credential register --identity orders-worker --jwk worker.pub.json --expires-in 90d
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The identity, by name or id.")
    var identity: String

    @Option(help: ArgumentHelp("The key, or - for standard input.", valueName: "file"))
    var jwk: String

    @Option(help: "Who answers for the key, if not the identity's owner.")
    var owner: String?

    @Option(help: "What the key is for.")
    var purpose: String?

    @Option(help: "Where it is used.")
    var boundary: String?

    @Option(help: "From now until it ends, such as 90d; no later than the identity.")
    var expiresIn: String?

    func run() async throws {
        let bytes = try InputFile.bytes(jwk, maximumBytes: 16 << 10)
        guard let key = try? JSONValue(parsing: bytes) else {
            throw CommandFailure(.error, "\(jwk): the file is no JSON")
        }
        var body = JSONObject([("holder", .string(identity)), ("jwk", key)])
        for (name, text) in [
            ("owner", owner), ("purpose", purpose), ("boundary", boundary), ("expires_in", expiresIn),
        ] {
            if let text { body[name] = .string(text) }
        }
        let sent = JSONValue.object(body)
        let credential = try await connection.withClient { client in
            try await client.post("/v1/credentials", sent).accepted().json()
        }
        try output.print(credential, table: RecordTable.of)
    }
}
