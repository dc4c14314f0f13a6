// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// What the run found: text on standard output as it comes, and all of it as one JSON object at the end.
struct Report {
    private var members = JSONObject()

    /// Begins a part of the report.
    func begin(_ title: String) { put("\n\(title)\n\n") }

    /// Adds text for people.
    func put(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// Adds a table for people.
    func put(_ table: TextTable) { put(table.text) }

    /// Adds a part of the JSON report.
    mutating func set(_ name: String, _ value: JSONValue) { members[name] = value }

    /// The JSON report.
    var json: [UInt8] { JSONValue.object(members).serialized() + [UInt8(ascii: "\n")] }

    /// Tells on standard error what is going on: a full run takes minutes.
    static func progress(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }
}
