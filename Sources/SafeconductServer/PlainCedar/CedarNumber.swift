// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar

/// JSON numbers that are no plain 64-bit integers, as Cedar can hold them.
enum CedarNumber {
    /// The most exponent digits looked at; no number of Cedar needs more.
    private static let maximumExponentDigits = 2

    /// A decimal for a literal with a fraction of at most four digits, a long for one whose exponent leaves none;
    /// nil when neither holds it exactly.
    static func value(of literal: String) -> Value? {
        guard let marker = literal.utf8.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
            return DecimalValue(literal).map { .decimal($0) }
        }
        let mantissa = literal.utf8[..<marker]
        guard let exponent = exponent(literal.utf8[literal.utf8.index(after: marker)...]) else { return nil }
        return shifted(mantissa, by: exponent)
    }

    private static func exponent(_ text: Substring.UTF8View) -> Int? {
        let digits = text.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        guard digits.count <= maximumExponentDigits, let magnitude = Int(Substring(digits)) else { return nil }
        return text.first == UInt8(ascii: "-") ? -magnitude : magnitude
    }

    /// Moves the decimal point `places` to the right and reads what then stands there.
    private static func shifted(_ mantissa: Substring.UTF8View, by places: Int) -> Value? {
        let sign = mantissa.first == UInt8(ascii: "-") ? "-" : ""
        let parts = mantissa.drop { $0 == UInt8(ascii: "-") }
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        var whole = Array(parts[0])
        var fraction = parts.count > 1 ? Array(parts[1]) : []
        for _ in 0..<max(places, 0) { whole.append(fraction.isEmpty ? UInt8(ascii: "0") : fraction.removeFirst()) }
        for _ in 0..<max(-places, 0) { fraction.insert(whole.popLast() ?? UInt8(ascii: "0"), at: 0) }
        let digits = sign + (whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self))
        if fraction.isEmpty { return Int64(digits).map { .long($0) } }
        return DecimalValue("\(digits).\(String(decoding: fraction, as: UTF8.self))").map { .decimal($0) }
    }
}
