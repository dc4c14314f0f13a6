// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

extension Scope {
    /// Reads the text form, ``description``: `identity:nhi_01...`, `task:...`, `all`. Nil for anything else, also for a
    /// name where an id is expected.
    public init?(_ text: String) {
        if sameBytes(text, Kind.all.rawValue) {
            self.init(.all)
            return
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            let kind = Kind(rawValue: String(text[..<colon])),
            kind != .all
        else { return nil }
        let value = String(text[text.utf8.index(after: colon)...])
        if kind.covers.isEmpty {
            guard Self.isLabel(value, of: kind) else { return nil }
        } else {
            guard let id = ObjectID(value), kind.covers.contains(id.kind) else { return nil }
        }
        self.init(kind, value)
    }
}
