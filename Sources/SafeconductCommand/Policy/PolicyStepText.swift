// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// What a step of a policy set came to, as people read it.
enum PolicyStepText {
    /// Prints which set it is and where it stands, and tells what is odd about it.
    static func print(_ set: JSONValue, _ output: OutputOptions) throws(CommandFailure) {
        try output.print(set) { set in
            let names = ["id", "state", "digest", "rev"]
            return RecordTable.of(.object(JSONObject(names.map { ($0, set[$0] ?? .null) })))
        }
        for warning in set["warnings"]?.arrayValue ?? [] {
            let place = ["file", "line", "column"].map { CellText.of(warning[$0]) }.joined(separator: ":")
            let severity = warning["severity"]?.stringValue ?? "warning"
            let help = warning["help"]?.stringValue.map { " (\($0))" } ?? ""
            output.talk(Printable.text("\(severity): \(place): \(CellText.of(warning["message"]))\(help)"))
        }
        for test in set["tests"]?["failures"]?.arrayValue ?? [] {
            let place = "\(CellText.of(test["file"])):\(CellText.of(test["line"]))"
            let faults = (test["faults"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: "; ")
            output.talk(Printable.text("test failed: \(place): \(CellText.of(test["name"])): \(faults)"))
        }
    }

    /// Whether what a person wrote is the id of a policy set.
    static func isID(_ text: String) -> Bool { ObjectID(text)?.kind == .policySet }
}
