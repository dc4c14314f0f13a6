// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How long an answer stays fresh by its header field `Cache-Control` (RFC 9111 section 5.2.2).
enum CacheLifetime {
    /// The seconds that a field value allows: 0 when it says `no-store` or `no-cache`, nil when it says nothing.
    ///
    /// Of several `max-age` the shortest counts, and one that is no number counts as 0: whoever is unclear about it is
    /// asked more often.
    static func seconds(_ field: String?) -> Int? {
        guard let field else { return nil }
        var found: Int?
        for directive in field.utf8.split(separator: UInt8(ascii: ",")) {
            let parts = directive.split(separator: UInt8(ascii: "="), maxSplits: 1).map(trimmed)
            guard let name = parts.first else { continue }
            if isName(name, "no-store") || isName(name, "no-cache") { return 0 }
            guard isName(name, "max-age") else { continue }
            let age = parts.count == 2 ? number(parts[1]) : 0
            found = min(found ?? .max, age)
        }
        return found
    }

    /// The digits of a number, with or without quotes; 0 for anything else, and large ones are cut.
    private static func number(_ text: Substring.UTF8View) -> Int {
        var digits = text
        if digits.count >= 2, digits.first == UInt8(ascii: "\""), digits.last == UInt8(ascii: "\"") {
            digits = digits.dropFirst().dropLast()
        }
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return 0 }
        return digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), 1 << 31) }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while text.first == 0x20 || text.first == 0x09 { text = text.dropFirst() }
        while text.last == 0x20 || text.last == 0x09 { text = text.dropLast() }
        return text
    }

    private static func isName(_ text: Substring.UTF8View, _ name: StaticString) -> Bool {
        let wanted = name.withUTF8Buffer { Array($0) }
        return text.count == wanted.count && zip(text, wanted).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
    }
}
