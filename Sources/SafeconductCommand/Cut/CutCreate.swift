// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import TrustModel

/// `safeconduct cut create`.
struct CutCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "End every credential in a scope that is older than this command. There is no way back.",
        discussion: """
            Examples:
              safeconduct cut create --scope identity:orders-worker --reason "key found in a build log"
              safeconduct cut create --scope issuer:shop-login --suspect-since 2026-11-20T00:00:00Z
            """
    )

    @OptionGroup var options: RevocationOptions

    @Option(name: .customLong("suspect-since"), help: "Since when its uses are suspect (RFC 3339), for the review.")
    var suspectSince: String?

    func validate() throws {
        if let suspectSince, Timestamp(suspectSince) == nil {
            throw ValidationError("--suspect-since is an RFC 3339 time such as 2026-11-20T00:00:00Z")
        }
    }

    func run() async throws {
        let members = suspectSince.map { [("suspect_since", JSONValue.string($0))] } ?? []
        try await options.run(.cuts, members: members) { cut in
            "Cut: older credentials are dead (foreign tokens for a minute more, their clocks may run ahead). "
                + Self.coverage(cut)
        }
    }

    /// What the cut ended; a scope that covers nothing may be misspelt.
    static func coverage(_ cut: JSONValue) -> String {
        let identities = cut["covers"]?["identities"]?.integerValue ?? 0
        let credentials = cut["covers"]?["credentials"]?.integerValue ?? 0
        return "It covers \(identities) identities and \(credentials) registered credentials"
            + (identities + credentials == 0
                ? ": nothing that is known here; is the scope the one that is meant?" : ".")
    }
}
