// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import JOSE
import Safeconduct
import StrictJSON

struct CredentialRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register the public key by which an identity proves itself.",
        discussion: """
            The file of --jwk holds one public key as a JWK (RFC 7517). Its holder signs client assertions with the private
            half (private_key_jwt), which stays where it was made. With --new-key one is made here and kept in a new file,
            which --key-file takes. What is not said of owner, purpose, boundary and expiry is the identity's.

            Examples:
              safeconduct credential register --identity orders-worker --jwk worker.pub.json --expires-in 90d
              safeconduct credential register --identity orders-worker --new-key worker.key
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The identity, by name or id.")
    var identity: String

    @Option(help: ArgumentHelp("The key, or - for standard input.", valueName: "file"))
    var jwk: String?

    @Option(
        name: .customLong("new-key"),
        help: ArgumentHelp("A new file for a new key, readable by you alone.", valueName: "file")
    )
    var newKey: String?

    @Option(help: "Who answers for the key, if not the identity's owner.")
    var owner: String?

    @Option(help: "What the key is for.")
    var purpose: String?

    @Option(help: "Where it is used.")
    var boundary: String?

    @Option(help: "From now until it ends, such as 90d; no later than the identity.")
    var expiresIn: String?

    func validate() throws {
        guard (jwk == nil) != (newKey == nil) else { throw ValidationError("the key is --jwk or --new-key") }
    }

    func run() async throws {
        guard let newKey else {
            let file = jwk ?? "-"
            let bytes = try InputFile.bytes(file, maximumBytes: 16 << 10)
            guard let key = try? JSONValue(parsing: bytes) else {
                throw CommandFailure(.error, "\(file): the file is no JSON")
            }
            let credential = try await connection.withClient { try await register(key, $0) }
            return try output.print(credential, table: RecordTable.of)
        }
        // The file is made first: a key that cannot be kept is not registered.
        try NewFile.reserve(newKey)
        do {
            let key = SigningKey.generate(.es256)
            let credential = try await connection.withClient { client in
                let status = try await client.get("/v1/status").accepted().json()
                guard let audience = status["origin"]?.stringValue else {
                    throw CommandFailure(.error, "the server's answer names no log; is it a Safeconduct?")
                }
                let holder = try await Registry(noun: .identities, client: client).object(identity)
                let file = try OperatorKey(
                    holder: holder["name"]?.stringValue ?? identity,
                    isIdentitys: true,
                    audience: audience,
                    url: client.url,
                    caFile: client.caFile.map(OperatorEnroll.absolute),
                    key: key
                ).serialized()
                try Self.keep(file, in: newKey)
                return try await register(.object(key.verificationKey.jwk), client)
            }
            try output.print(credential, table: RecordTable.of)
            output.talk("\(Printable.text(identity)) has a key in \(Printable.text(newKey)).")
        } catch {
            unlink(newKey)
            throw error
        }
    }

    private static func keep(_ bytes: [UInt8], in file: String) throws(CommandFailure) {
        do { try PrivateFile.replace(file, bytes) } catch { throw CommandFailure(.error, error.message) }
    }

    private func register(_ key: JSONValue, _ client: Client) async throws(CommandFailure) -> JSONValue {
        var body = JSONObject([("holder", .string(identity)), ("jwk", key)])
        for (name, text) in [
            ("owner", owner), ("purpose", purpose), ("boundary", boundary), ("expires_in", expiresIn),
        ] {
            if let text { body[name] = .string(text) }
        }
        return try await client.post("/v1/credentials", .object(body)).accepted().json()
    }
}
