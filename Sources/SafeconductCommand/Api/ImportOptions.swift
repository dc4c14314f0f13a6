// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import TrustModel

/// What a document does not say about the API that it describes.
struct ImportOptions: ParsableArguments {
    @Option(help: "The API's name, which is permanent.")
    var name: String

    @Option(help: "Who answers for it: an operator or a team.")
    var owner: String

    @Option(help: "What it is for.")
    var purpose: String

    @Option(help: "The trust boundary it lies in.")
    var boundary: String

    @Option(help: "When its registration ends: a span such as 90d, or an RFC 3339 time.")
    var expires: String

    @Option(name: .customLong("data-class"), help: "The class of data it handles. (default: internal)")
    var dataClass: String?

    @Option(help: "How much harm a wrong call does, 0 to 1000. (default: 500)")
    var sensitivity: Int64?

    @Option(help: "A host it answers under instead of the document's; may be given several times.")
    var host: [String] = []

    @Option(name: .customLong("base-path"), help: "The base path, where the document's servers do not agree on one.")
    var basePath: String?

    @Option(help: "Only operations whose paths begin so; may be given several times.")
    var under: [String] = []

    func validate() throws {
        guard Name.isValid(name) else { throw ValidationError("--name is 1 to 63 of a-z 0-9 . _ -") }
        for host in host where CallTarget.normalizedHost(host) == nil {
            throw ValidationError("--host is a host, or host:port")
        }
    }

    /// The same as the draft takes it.
    var wishes: ApiDraft.Wishes {
        var members = JSONObject([
            ("owner", .string(owner)), ("purpose", .string(purpose)), ("boundary", .string(boundary)),
        ])
        members[Timestamp(expires) == nil ? "expires_in" : "expires_at"] = .string(expires)
        if let dataClass { members["data_class"] = .string(dataClass) }
        if let sensitivity { members["sensitivity"] = .integer(sensitivity) }
        return ApiDraft.Wishes(
            name: name,
            members: members,
            basePath: basePath,
            hosts: host.compactMap(CallTarget.normalizedHost),
            prefixes: under
        )
    }
}
