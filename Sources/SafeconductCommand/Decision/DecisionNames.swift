// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The names of what decisions are about: their records hold ids only.
struct DecisionNames: Sendable {
    private var names: [String: String] = [:]
    /// More than these are left as ids: a list is no reason for a thousand requests.
    private static let most = 200

    /// The names of the identities and APIs in `decisions`, as far as they are registered.
    static func of(_ decisions: [JSONValue], _ client: Client) async throws(CommandFailure) -> DecisionNames {
        var found = DecisionNames()
        for (member, noun) in [
            ("identity", Noun.identities), ("api", Noun.apis), ("by", Noun.operators),
        ] {
            let ids = Set(decisions.compactMap { $0[member]?.stringValue })
            for id in ids.sorted().prefix(most) {
                let object = try await Registry(noun: noun, client: client).objectIfAny(id)
                found.names[id] = object?["name"]?.stringValue
            }
        }
        return found
    }

    /// A decision as a row of a list.
    func row(_ decision: JSONValue) -> [String] {
        if decision["kind"]?.stringValue == "command" { return command(decision) }
        let api = name(decision["api"])
        let operation = decision["operation"]?.stringValue.map { "\(api)/\($0)" } ?? api
        return [
            String(CellText.of(decision["at"]).prefix(19)) + "Z", CellText.of(decision["outcome"]),
            CellText.of(decision["reason"]), name(decision["identity"]), operation, CellText.of(decision["id"]),
        ]
    }

    /// A command that was not let in, as a row of a list.
    private func command(_ decision: JSONValue) -> [String] {
        let resource = decision["resource"]
        return [
            String(CellText.of(decision["at"]).prefix(19)) + "Z", CellText.of(decision["outcome"]),
            CellText.of(decision["reason"]), name(decision["by"]),
            "\(CellText.of(decision["action"])) \(CellText.of(resource?["type"])) \(CellText.of(resource?["name"]))",
            CellText.of(decision["id"]),
        ]
    }

    private func name(_ id: JSONValue?) -> String {
        guard let id = id?.stringValue else { return "-" }
        return names[id] ?? id
    }
}
