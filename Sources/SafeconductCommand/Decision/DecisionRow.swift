// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A decision as a row of a list, with the names that the server knows for its ids.
enum DecisionRow {
    static let titles = ["TIME", "OUTCOME", "REASON", "IDENTITY", "OPERATION", "RESULT", "ID"]

    /// The cells.
    static func of(_ decision: JSONValue) -> [String] {
        if decision["kind"]?.stringValue == "command" { return command(decision) }
        let api = name("api", decision)
        let called = decision["operation"]?.stringValue.map { "\(api)/\($0)" } ?? api
        let operation = decision["kind"]?.stringValue == "issue" ? "issue \(called)" : called
        return [
            String(CellText.of(decision["at"]).prefix(19)) + "Z", CellText.of(decision["outcome"]),
            CellText.of(decision["reason"]), name("identity", decision), operation, result(decision["outcome_report"]),
            CellText.of(decision["id"]),
        ]
    }

    /// The cells of a command that was not let in.
    private static func command(_ decision: JSONValue) -> [String] {
        let resource = decision["resource"]
        return [
            String(CellText.of(decision["at"]).prefix(19)) + "Z", CellText.of(decision["outcome"]),
            CellText.of(decision["reason"]), name("by", decision),
            "\(CellText.of(decision["action"])) \(CellText.of(resource?["type"])) \(CellText.of(resource?["name"]))",
            "-",
            CellText.of(decision["id"]),
        ]
    }

    /// What came of it: the status where that was told, `open` or `unknown` where nothing was.
    private static func result(_ report: JSONValue?) -> String {
        guard let report else { return "-" }
        let state = CellText.of(report["state"])
        let status = report["status"]?.integerValue.map { String($0) } ?? CellText.of(report["error"])
        if state == "reported" { return status.isEmpty ? CellText.of(report["result"]) : status }
        return status.isEmpty ? state : "\(state) \(status)"
    }

    private static func name(_ member: String, _ decision: JSONValue) -> String {
        decision["\(member)_name"]?.stringValue ?? decision[member]?.stringValue ?? "-"
    }
}
