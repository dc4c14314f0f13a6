// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A moment in UTC, in whole milliseconds since 1970-01-01.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// The moment `milliseconds` after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The moment `seconds` after 1970-01-01T00:00:00Z; out-of-range seconds become the nearest moment.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Earlier or later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// This moment and `milliseconds` more; saturating.
    public func advanced(byMilliseconds delta: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Timestamp(milliseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }

    /// The year and month of the moment, as `yyyymm`: `202611`.
    public var month: Int {
        let (year, month, _) = Self.civil(fromDays: Self.floorDivide(milliseconds, 86_400_000))
        return Int(year) * 100 + Int(month)
    }
}

extension Timestamp: CustomStringConvertible {
    /// The moments that the text form can say: the years 1970 to 9999.
    private static let writable: ClosedRange<Int64> = 0...253_402_300_799_999

    /// RFC 3339 in UTC with milliseconds: `2026-11-21T07:40:00.000Z`.
    ///
    /// A moment before 1970 or after 9999 is written as the nearest one within: what is written can always be read.
    public var description: String {
        let text = text
        return String(copying: UTF8Span(unchecked: text.span, isKnownASCII: true))
    }

    /// The bytes of the text form.
    var text: InlineArray<24, UInt8> {
        let milliseconds = min(max(milliseconds, Self.writable.lowerBound), Self.writable.upperBound)
        let days = milliseconds / 86_400_000
        let (year, month, day) = Self.civil(fromDays: days)
        let rest = milliseconds - days * 86_400_000
        var bytes = InlineArray<24, UInt8>(repeating: UInt8(ascii: "-"))
        Self.put(year, digits: 4, at: 0, into: &bytes)
        Self.put(month, digits: 2, at: 5, into: &bytes)
        Self.put(day, digits: 2, at: 8, into: &bytes)
        bytes[10] = UInt8(ascii: "T")
        Self.put(rest / 3_600_000, digits: 2, at: 11, into: &bytes)
        bytes[13] = UInt8(ascii: ":")
        Self.put(rest / 60_000 % 60, digits: 2, at: 14, into: &bytes)
        bytes[16] = UInt8(ascii: ":")
        Self.put(rest / 1000 % 60, digits: 2, at: 17, into: &bytes)
        bytes[19] = UInt8(ascii: ".")
        Self.put(rest % 1000, digits: 3, at: 20, into: &bytes)
        bytes[23] = UInt8(ascii: "Z")
        return bytes
    }

    /// Reads an RFC 3339 date-time of the years 1970 to 9999, in UTC too, with `Z` or a numeric offset and up to nine
    /// digits of fraction, of which three count; nil for anything else, leap seconds included.
    public init?(_ text: String) {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard reader.bytes.count <= 35,
            let year = reader.number(4), year >= 1970, reader.skip("-"),
            let month = reader.number(2), (1...12).contains(month), reader.skip("-"),
            let day = reader.number(2), day >= 1, day <= Self.daysIn(month: month, year: year),
            reader.skip("T") || reader.skip("t"),
            let hour = reader.number(2), hour < 24, reader.skip(":"),
            let minute = reader.number(2), minute < 60, reader.skip(":"),
            let second = reader.number(2), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if reader.skip(".") {
            guard let milliseconds = reader.fraction() else { return nil }
            fraction = milliseconds
        }
        var offset: Int64 = 0
        if !(reader.skip("Z") || reader.skip("z")) {
            let negative = reader.skip("-")
            guard negative || reader.skip("+"), let hours = reader.number(2), hours < 24, reader.skip(":"),
                let minutes = reader.number(2), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (negative ? -60_000 : 60_000)
        }
        guard reader.atEnd else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let moment = days * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset
        // An offset can push the moment out of the years that can be written: such an entry could never be read again.
        guard Self.writable.contains(moment) else { return nil }
        milliseconds = moment
    }

    private static func put(_ value: Int64, digits: Int, at start: Int, into bytes: inout InlineArray<24, UInt8>) {
        var rest = value
        for place in (start..<start + digits).reversed() {
            bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Days are counted in eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

/// Reads fixed runs of ASCII digits.
private struct DigitReader {
    let bytes: [UInt8]
    var position = 0

    var atEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(_ digits: Int) -> Int64? {
        guard position + digits <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<(position + digits)] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        position += digits
        return value
    }

    mutating func fraction() -> Int64? {
        var digits = 0
        var value: Int64 = 0
        while let digit = number(1) {
            digits += 1
            if digits <= 3 { value = value * 10 + digit }
        }
        guard (1...9).contains(digits) else { return nil }
        for _ in digits..<max(digits, 3) { value *= 10 }
        return value
    }
}
