// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where a part of a schema was written; only errors ask for it.
enum SchemaPlace: Sendable {
    /// A place in a text.
    case text(SourcePosition)
    /// A place in a JSON value.
    case json(JSONPath)

    /// The place in the text, if it is one.
    var position: SourcePosition? {
        if case .text(let position) = self { position } else { nil }
    }

    /// The JSON pointer, if it is a place in JSON.
    var pointer: String? {
        if case .json(let path) = self { path.pointer } else { nil }
    }
}

// Two fragments that say the same are equal, wherever they say it.
extension SchemaPlace: Hashable {
    static func == (left: SchemaPlace, right: SchemaPlace) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
}
