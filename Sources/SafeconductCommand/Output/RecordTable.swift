// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// One object as rows of name and value.
enum RecordTable {
    /// The rows, nested members under their parent's name and a point, objects of an array numbered from 1.
    static func of(_ value: JSONValue) -> Table {
        var rows: [[String]] = []
        add(value, name: "", to: &rows)
        return Table(rows: rows)
    }

    private static func add(_ value: JSONValue, name: String, to rows: inout [[String]]) {
        switch value {
        case .object(let object) where !object.isEmpty:
            for member in object {
                add(member.value, name: name.isEmpty ? member.key : "\(name).\(member.key)", to: &rows)
            }
        case .array(let elements) where elements.contains { $0.objectValue != nil }:
            for (index, element) in elements.enumerated() { add(element, name: "\(name).\(index + 1)", to: &rows) }
        case .string(let text) where text.utf8.contains(UInt8(ascii: "\n")):
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                rows.append([index == 0 ? name : "", String(line)])
            }
        default: rows.append([name, CellText.of(value)])
        }
    }
}
