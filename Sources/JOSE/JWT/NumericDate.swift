// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A moment in seconds since 1970-01-01T00:00:00Z, leap seconds ignored (RFC 7519 section 2, NumericDate).
///
/// RFC 7519 allows fractions. They are kept exactly, to the nanosecond: a float would make the moment of expiry
/// depend on rounding.
public struct NumericDate: Sendable, Hashable, Comparable {
    /// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
    public static let maximumSeconds: Int64 = 253_402_300_799

    /// Whole seconds, 0 to ``maximumSeconds``.
    public let seconds: Int64
    /// Nanoseconds within the second, 0 to 999,999,999.
    public let nanoseconds: Int64

    /// The moment `seconds` after the epoch, clamped to the years 1970 to 9999.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        self.seconds = min(max(0, seconds), Self.maximumSeconds)
        self.nanoseconds = min(max(0, nanoseconds), 999_999_999)
    }

    /// The moment a claim names, or nil when the value is no number, before 1970, after 9999 or finer than a
    /// nanosecond.
    public init?(_ value: JSONValue) {
        switch value {
        case .integer(let seconds):
            guard (0...Self.maximumSeconds).contains(seconds) else { return nil }
            self.init(seconds: seconds)
        case .number(let literal): self.init(literal: literal)
        default: return nil
        }
    }

    /// Earlier moments first.
    public static func < (left: NumericDate, right: NumericDate) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The moment `seconds` later, or earlier when negative, clamped as ``init(seconds:nanoseconds:)``.
    public func advanced(bySeconds delta: Int64) -> NumericDate {
        let (sum, overflow) = seconds.addingReportingOverflow(delta)
        if overflow { return NumericDate(seconds: delta > 0 ? Self.maximumSeconds : 0) }
        return NumericDate(seconds: sum, nanoseconds: nanoseconds)
    }
}

extension NumericDate {
    /// The moment of a JSON number with a fraction or an exponent, by moving its decimal point.
    private init?(literal: String) {
        let text = Array(literal.utf8)
        // Nothing sensible is longer, and the arithmetic below stays small.
        guard text.count <= 48, text.first != UInt8(ascii: "-") else { return nil }
        var digits: [UInt8] = []
        var point: Int?
        var index = 0
        scan: while index < text.count {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(text[index] - UInt8(ascii: "0"))
            case UInt8(ascii: "."): point = digits.count
            default: break scan
            }
            index += 1
        }
        var exponent = 0
        if index < text.count {
            guard let value = Int(String(decoding: text[(index + 1)...], as: UTF8.self)), abs(value) <= 64 else {
                return nil
            }
            exponent = value
        }
        let position = (point ?? digits.count) + exponent
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        for place in min(0, position)..<max(digits.count, position) {
            let digit = digits.indices.contains(place) ? Int64(digits[place]) : 0
            if place < position {
                seconds = seconds * 10 + digit
                guard seconds <= Self.maximumSeconds else { return nil }
            } else if place < position + 9 {
                nanoseconds = nanoseconds * 10 + digit
            } else if digit != 0 {
                return nil
            }
        }
        for _ in min(9, max(0, digits.count - position))..<9 { nanoseconds *= 10 }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }
}
