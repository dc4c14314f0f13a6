// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import StrictJSON

/// `safeconduct operator invite`.
struct OperatorInvite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Make a one-time link with which an operator registers a key; it lives 15 minutes.",
        discussion: """
            Whoever redeems it is that operator from then on, so hand it over as you would a key. An earlier link of the
            same operator ends.

            Example:
              safeconduct operator invite alice --link-file alice.link
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "The operator's name or id.")
    var name: String

    @Option(name: .customLong("link-file"), help: "A new file for the link, readable by you alone; else a terminal.")
    var file: String?

    @Option(name: .customLong("link-url"), help: "The URL that the operator reaches the server by, if not yours.")
    var url: String?

    func run() async throws {
        let target = try url.map { text throws(CommandFailure) in try ServerURL(text).text }
        try EnrolmentLink.prepare(file)
        do {
            let (answer, own) = try await connection.withClient { client in
                let path = Noun.operators.path(of: name) + "/enrolment"
                return (try await client.post(path, nil).accepted().json(), client.url)
            }
            guard let secret = answer["secret"]?.stringValue else {
                throw CommandFailure(.error, "the server gave no link")
            }
            try EnrolmentLink(url: target ?? own, secret: secret).handOver(to: file)
            let until = Printable.text(answer["expires_at"]?.stringValue ?? "")
            output.talk("The link\(file.map { " in \(Printable.text($0))" } ?? "") counts once, until \(until).")
        } catch {
            if let file { unlink(file) }
            throw error
        }
    }
}
