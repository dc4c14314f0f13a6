// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A simulation as people read it.
struct SimulationText {
    private let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    /// A sentence, the changes with examples, and whom they concern.
    var text: String {
        var text = "\(number("decisions")) decisions, \(number("replayed")) decided again: "
        text += "\(number("changed")) answers change, \(number("unchanged")) stay.\n"
        if number("unasked") > 0 {
            text +=
                "\(number("unasked")) had been refused before any policy was asked; policies change nothing there.\n"
        }
        for obstacle in value["not_replayed"]?.objectValue ?? JSONObject() {
            text += "\(obstacle.value.integerValue ?? 0) could not be decided again: \(Self.reason(obstacle.key)).\n"
        }
        if number("failed") > 0 { text += "On \(number("failed")) a policy failed.\n" }
        for change in value["changes"]?.arrayValue ?? [] { text += Self.change(change) }
        text += list("by_identity", "identity", "IDENTITY") + list("by_api", "api", "API")
        return text
    }

    private func number(_ key: String) -> Int64 { value[key]?.integerValue ?? 0 }

    private static func reason(_ obstacle: String) -> String {
        switch obstacle {
        case "erased": "their request attributes were erased"
        case "attribute_withheld": "what decided did not see an attribute that these policies read"
        case "missing": "the log lacks what they name"
        default: Printable.text(obstacle)
        }
    }

    private static func change(_ change: JSONValue) -> String {
        let title = "\(CellText.of(change["from"])) -> \(CellText.of(change["to"])): \(CellText.of(change["count"]))"
        let rows = (change["examples"]?.arrayValue ?? []).map { example in
            let operation = "\(CellText.of(example["api_name"] ?? example["api"]))/\(CellText.of(example["operation"]))"
            let why = CellText.of(example["determining"])
            return [
                "  " + CellText.of(example["decision"]),
                CellText.of(example["identity_name"] ?? example["identity"]), operation,
                CellText.of(example["to_reason"]) + (why.isEmpty ? "" : " (\(why))"),
            ]
        }
        return "\n\(Printable.text(title))\n" + Table(rows: rows).text(bold: false)
    }

    private func list(_ key: String, _ member: String, _ title: String) -> String {
        let rows = (value[key]?.arrayValue ?? []).prefix(10).map { item in
            [CellText.of(item["\(member)_name"] ?? item[member]), CellText.of(item["changed"])]
        }
        return rows.isEmpty ? "" : "\n" + Table(titles: [title, "CHANGED"], rows: Array(rows)).text(bold: false)
    }
}
