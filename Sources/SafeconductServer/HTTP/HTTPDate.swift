// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The `Date` header (RFC 9110 section 5.6.7), formatted once a second and shared by all connections.
enum HTTPDate {
    private struct Formatted {
        var second: Int
        var text: String
    }

    private static let last = Mutex(Formatted(second: .min, text: ""))

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The present second, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func now() -> String {
        let second = time(nil)
        return last.withLock { last in
            if last.second != second { last = Formatted(second: second, text: text(second: second)) }
            return last.text
        }
    }

    /// The second `second` since 1970-01-01T00:00:00Z.
    static func text(second: Int) -> String {
        let day = (second >= 0 ? second : second - 86_399) / 86_400
        let rest = second - day * 86_400
        let (year, month, monthDay) = civil(day: day)
        let weekday = ((day % 7) + 11) % 7
        return "\(weekdays[weekday]), \(two(monthDay)) \(months[month - 1]) \(year) "
            + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
    }

    /// Year, month and day of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
    private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
