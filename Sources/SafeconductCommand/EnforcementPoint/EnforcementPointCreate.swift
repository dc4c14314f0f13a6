// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import TrustModel

/// `safeconduct pep create`.
struct EnforcementPointCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Register an enforcement point and issue its token, which is shown this once.",
        discussion: """
            Example:
              safeconduct pep create --name shop-envoy --owner shop-team --purpose gateway --boundary shop \\
                  --expires 90d --api orders --token-file envoy.token
            """
    )

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Server and token") var token: IssuedTokenOptions

    @Option(help: "Its name: 1 to 63 of a-z 0-9 . _ -")
    var name: String

    @Option(help: "The operator that answers for it.")
    var owner: String

    @Option(help: "What it is for; a term such as gateway.")
    var purpose: String

    @Option(help: "The trust boundary it lives in, such as prod/eu.")
    var boundary: String

    @Option(help: "When it ends: a span (90d, 12h, 30m) or an RFC 3339 time.")
    var expires: String

    @Option(name: .customLong("api"), help: "An API it may ask about; may be given several times.")
    var apis: [String]

    @Flag(help: "It may also vouch for subjects itself, without their credential.")
    var asserted = false

    @Flag(help: "Its answers tell why when it asks: what policies say, and what they looked at.")
    var explanations = false

    @Option(help: "A description, kept encrypted.")
    var description: String?

    /// What is sent.
    var body: JSONValue {
        let subjects: [JSONValue] = asserted ? ["proven", "asserted"] : ["proven"]
        var object = JSONObject([
            ("name", .string(name)), ("owner", .string(owner)), ("purpose", .string(purpose)),
            ("boundary", .string(boundary)), ("apis", .array(apis.map { .string($0) })),
            ("subjects", .array(subjects)),
        ])
        if explanations { object["explanations"] = true }
        // What is no time is sent as a span, and the server says what is wrong with it.
        object[Timestamp(expires) == nil ? "expires_in" : "expires_at"] = .string(expires)
        if let description { object["description"] = .string(description) }
        return .object(object)
    }

    func run() async throws {
        let body = self.body
        try await token.issue(output) { client in
            try await client.post("/v1/enforcement-points", body)
        }
    }
}
