// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Safeconduct
import StrictJSON

/// Where a token goes that is shown once, and who asks for it.
///
/// Here `--token-file` is the file to write, so the caller's own token has another option.
struct IssuedTokenOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Option(
        name: .customLong("operator-token-file"),
        help: "A file with your own token; otherwise SAFECONDUCT_TOKEN_FILE."
    )
    var operatorTokenFile: String?

    @Option(
        name: .customLong("key-file"),
        help: "Your key, as 'operator enroll' made it; otherwise SAFECONDUCT_KEY_FILE."
    )
    var keyFile: String?

    @Option(
        name: .customLong("token-file"),
        help: "A new file for the token, readable by you alone, instead of standard output."
    )
    var file: String?

    /// Issues a token with `request` and hands it over.
    ///
    /// The file is made first: a token that cannot be kept is not issued.
    func issue(
        _ output: OutputOptions,
        _ request: @Sendable (Client) async throws -> Answer
    ) async throws {
        if let file { try NewFile.reserve(file) }
        let object: JSONValue
        do {
            object = try await server.withClient(tokenFile: operatorTokenFile, keyFile: keyFile) { client in
                try await request(client).accepted().json()
            }
        } catch {
            if let file { unlink(file) }
            throw error
        }
        guard let secret = object["token"]?.stringValue else {
            if let file { unlink(file) }
            throw CommandFailure(.error, "the server gave no token")
        }
        try handOver(secret, object, output)
    }

    private func handOver(_ secret: String, _ object: JSONValue, _ output: OutputOptions) throws {
        if let file {
            do { try PrivateFile.replace(file, Array((secret + "\n").utf8)) } catch {
                unlink(file)
                throw CommandFailure(.error, "\(error); the token is lost: rotate it")
            }
            var shown = object.objectValue ?? JSONObject()
            shown["token"] = nil
            try output.print(.object(shown), table: RecordTable.of)
            output.talk("The token is in \(Printable.text(file)), readable by you alone. It is shown nowhere else.")
        } else {
            // For scripts: the token alone, so that it can be captured without being parsed.
            try output.print(object) { _ in Table(rows: [[secret]]) }
            output.talk("This is the token. It is shown this once and kept nowhere.")
        }
    }
}
