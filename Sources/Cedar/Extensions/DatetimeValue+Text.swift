// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension DatetimeValue {
    /// The moment written as `YYYY-MM-DD`, or with `Thh:mm:ss`, optional `.SSS`, and `Z` or `+hhmm` / `-hhmm`; nil for
    /// anything else. The calendar is the proleptic Gregorian one, from year 0000 to 9999.
    public init?(_ text: String) {
        var reader = FieldReader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), (1...12).contains(month),
            day >= 1, day <= Self.days(inMonth: month, year: year)
        else { return nil }
        var total = Self.daysSinceEpoch(year: year, month: month, day: day) * Self.day
        if !reader.isAtEnd {
            guard reader.take("T"), let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
                reader.take(":"), let second = reader.number(2), hour < 24, minute < 60, second < 60
            else { return nil }
            total += Int64((hour * 60 + minute) * 60 + second) * 1000
            if reader.take(".") {
                guard let milliseconds = reader.number(3) else { return nil }
                total += Int64(milliseconds)
            }
            if !reader.take("Z") {
                let west = reader.take("-")
                guard west || reader.take("+"), let hours = reader.number(2), let minutes = reader.number(2),
                    hours < 24, minutes < 60
                else { return nil }
                let offset = Int64(hours * 60 + minutes) * 60_000
                total += west ? offset : -offset
            }
        }
        guard reader.isAtEnd else { return nil }
        self.init(milliseconds: total)
    }

    private static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Counted in years that begin in March, so that the leap day is the last day of its year.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
        let marchYear = Int64(month > 2 ? year : year - 1) + 400
        let dayOfYear = Int64((153 * ((month + 9) % 12) + 2) / 5 + day - 1)
        return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468 - 146_097
    }
}

extension DatetimeValue: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds; outside of years 0000 to 9999, which Cedar cannot write as a date,
    /// the count of milliseconds.
    public var description: String {
        dateText ?? "\(milliseconds)ms since 1970-01-01"
    }

    /// The moment as Cedar text that evaluates to it.
    public var expression: String {
        if let dateText { return "datetime(\"\(dateText)\")" }
        return "datetime(\"1970-01-01\").offset(duration(\"\(milliseconds)ms\"))"
    }

    /// The moment as Cedar's `datetime` reads it, nil when the year has no four digits.
    var dateText: String? {
        let time = time.milliseconds
        // Whole days, rounded down also before the epoch, counted from the March of the year -400.
        let days = milliseconds / Self.day - (milliseconds % Self.day < 0 ? 1 : 0) + 719_468 + 146_097
        guard days >= 0, days < 4_000_000 else { return nil }
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 - 400 + (month <= 2 ? 1 : 0)
        guard (0...9999).contains(year) else { return nil }
        let seconds = time / 1000
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(seconds / 3600, 2)):"
            + "\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2)).\(pad(time % 1000, 3))Z"
    }

    private func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// Reads fixed-width numbers and single signs, one after the other.
private struct FieldReader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard position + width <= bytes.count else { return nil }
        var total = 0
        for byte in bytes[position..<(position + width)] {
            guard let digit = byte.decimalDigit else { return nil }
            total = total * 10 + digit
        }
        position += width
        return total
    }
}
