// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A decision's explanation as people read it.
struct Explanation {
    private let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    /// A sentence, the facts, the policies.
    var text: String {
        var text = headline + "\n\n" + facts.text(bold: false)
        let sentences = value["explanation"]?["text"]?.stringValue?.split(separator: "\n") ?? []
        if !sentences.isEmpty {
            text += "\nWhat the policies say, and what would turn it round:\n"
            for sentence in sentences { text += "  \(Printable.text(String(sentence)))\n" }
        }
        let candidates = value["replay"]?["candidates"]?.arrayValue ?? []
        if candidates.isEmpty {
            text += "\nNo policy was asked, or none is about this call.\n"
        } else {
            text += "\nPolicies about this call, in source order:\n"
            for candidate in candidates { text += Self.policy(candidate) }
        }
        switch value["replay"]?["identical"]?.boolValue {
        case true?: text += "\nMade again from the log, the decision is the same.\n"
        case false?: text += "\nMade again from the log, the decision is NOT the same.\n"
        case nil: break
        }
        return text
    }

    private var headline: String {
        if member("kind") == "command" {
            let resource = value["resource"]
            let about = "\(CellText.of(resource?["type"])) \(CellText.of(resource?["name"]))"
            return "\(member("outcome")?.uppercased() ?? "?"): \(member("by_name") ?? member("by") ?? "?") commanding "
                + "\(member("action") ?? "?") on \(Printable.text(about))\nbecause \(member("reason") ?? "?")"
        }
        let caller = member("identity_name") ?? member("identity") ?? "a caller that could not be identified"
        let operation = member("operation").map { "/\($0)" } ?? ", an operation that is not registered"
        let api = member("api_name") ?? member("api") ?? "?"
        let act = member("kind") == "issue" ? "getting a credential for" : "calling"
        return "\(member("outcome")?.uppercased() ?? "?"): \(caller) \(act) \(api)\(operation)\n"
            + "because \(member("reason") ?? "?")"
    }

    private var facts: Table {
        let keys = [
            "id", "at", "rev", "purpose", "pep_name", "client_name", "grant",
            "client_method", "client_audience", "issued", "issuer_name", "token", "task",
            "assurance", "binding", "determining", "failures", "remedies", "met", "limits", "bindings", "alerts",
            "shadow", "policies", "request",
        ]
        return Table(
            rows: keys.compactMap { key in
                let text = Self.text(value[key])
                return text.isEmpty || text == "{}" ? nil : [key.replacing("_name", with: ""), text]
            }
        )
    }

    /// A member in one line: of objects what they hold, name by name.
    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case .object(let object)?:
            object.map { "\($0.key) \(text($0.value))" }.filter { !$0.hasSuffix(" ") }.joined(separator: ", ")
        case .array(let elements)? where elements.contains { $0.objectValue != nil }:
            elements.map(text).joined(separator: "; ")
        default: CellText.of(value)
        }
    }

    private static func policy(_ candidate: JSONValue) -> String {
        let mark =
            switch candidate["state"]?.stringValue {
            case "satisfied": "applies"
            case "not_satisfied": "does not apply"
            case "failed": "failed"
            default: "?"
            }
        let mode = candidate["mode"]?.stringValue == "shadow" ? " in shadow mode" : ""
        let title = "  \(CellText.of(candidate["policy"])) (\(CellText.of(candidate["effect"]))\(mode)): \(mark)\n"
        let lines = CellText.of(candidate["detail"]).split(separator: "\n")
        return Printable.text(String(title.dropLast())) + "\n"
            + lines.map { "      \(Printable.text(String($0)))\n" }.joined()
    }

    private func member(_ key: String) -> String? { value[key]?.stringValue.map(Printable.text) }
}
