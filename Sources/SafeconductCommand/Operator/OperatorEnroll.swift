// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import JOSE
import Safeconduct
import StrictJSON

/// `safeconduct operator enroll`.
struct OperatorEnroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Make a key, and register it with a one-time link.",
        discussion: """
            The private key never leaves the file, which you alone may read. From then on:

              safeconduct operator enroll --link-file alice.link --key alice.key
              safeconduct identity list --key-file alice.key        (or SAFECONDUCT_KEY_FILE=alice.key)
            """
    )

    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(name: .customLong("link-file"), help: "The file with the link; - for standard input.")
    var linkFile: String

    @Option(name: .customLong("key"), help: "A new file for the key, readable by you alone.")
    var keyFile: String

    @Option(
        name: .customLong("ca-file"),
        help: "Certificates (PEM) to trust instead of the system's; otherwise SAFECONDUCT_CA_FILE."
    )
    var caFile: String?

    func run() async throws {
        let link = try EnrolmentLink(
            String(decoding: try InputFile.bytes(linkFile, maximumBytes: 4096), as: UTF8.self)
        )
        let environment = ProcessInfo.processInfo.environment
        let trust = (caFile ?? environment["SAFECONDUCT_CA_FILE"]).flatMap { $0.isEmpty ? nil : Self.absolute($0) }
        // The file is made first: a key that cannot be kept is not registered.
        try NewFile.reserve(keyFile)
        do {
            let key = SigningKey.generate(.es256)
            let client = try Client(Connection(url: link.url, caFile: trust))
            let answer: JSONValue
            do {
                answer = try await client.post("/v1/enrolments/redeem", try link.redemption(key)).accepted().json()
                await client.close()
            } catch {
                await client.close()
                throw error
            }
            guard let name = answer["name"]?.stringValue, let audience = answer["audience"]?.stringValue else {
                throw CommandFailure(.error, "the server's answer names no operator; is it a Safeconduct?")
            }
            let file = try OperatorKey(holder: name, audience: audience, url: link.url, caFile: trust, key: key)
                .serialized()
            do { try PrivateFile.replace(keyFile, file) } catch {
                throw CommandFailure(.error, "\(error.message); the key is lost: ask for a new link")
            }
            try output.print(answer, table: RecordTable.of)
            output.talk("\(Printable.text(name)) has a key in \(Printable.text(keyFile)); the link is used up.")
        } catch {
            unlink(keyFile)
            throw error
        }
    }

    /// The key file is used from other directories.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}
