// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Names and texts of a policy set in what is said about it: they may be megabytes long, and stand in a thousand messages.
enum Excerpt {
    /// The most bytes of one message.
    static let longest = 1000
    /// The most names in one list.
    static let most = 8

    /// The beginning of a text that is too long for a message, and how much there is besides.
    static func of(_ text: String) -> String {
        let bytes = text.utf8.count
        guard bytes > longest else { return text }
        // Cut between characters as they are encoded, not as they are drawn: one may be drawn of any number.
        var end = text.utf8.index(text.startIndex, offsetBy: longest)
        while text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return "\(text[..<end])... (\(bytes) bytes)"
    }

    /// The first of these names, and how many there are besides; `none` where there is none.
    static func list(_ names: some Collection<String>) -> String {
        guard !names.isEmpty else { return "none" }
        let others = names.count - most
        return of(names.prefix(most).joined(separator: ", ")) + (others > 0 ? " and \(others) more" : "")
    }
}
