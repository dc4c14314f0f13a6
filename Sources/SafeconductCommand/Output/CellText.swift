// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// JSON values as they stand in a table.
enum CellText {
    /// One line: a text as it is, a list with commas, a nested object as JSON.
    static func of(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): text
        case .array(let elements): elements.map { of($0) }.joined(separator: ", ")
        case .some(let value): String(decoding: value.serialized(), as: UTF8.self)
        }
    }

    /// The scope of a cut or hold as `cut create --scope` takes it.
    static func scope(_ value: JSONValue?) -> String {
        guard let value, let kind = value["kind"]?.stringValue else { return "" }
        return value["id"]?.stringValue.map { "\(kind):\($0)" } ?? kind
    }
}
