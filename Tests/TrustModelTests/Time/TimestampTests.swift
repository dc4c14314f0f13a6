// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1), ("1970-01-01t00:00:01z", 1000),
            ("2000-02-29T00:00:00Z", 951_782_400_000), ("2026-11-21T07:40:00+00:00", 1_795_246_800_000),
            ("2026-11-21T08:40:00+01:00", 1_795_246_800_000), ("2026-11-21T02:10:00-05:30", 1_795_246_800_000),
            ("2026-11-22T07:39:00+23:59", 1_795_246_800_000), ("1970-01-02T00:00:00-00:00", 86_400_000),
            ("1970-01-01T00:00:00.123456789Z", 123), ("1970-01-01T00:00:00.9Z", 900), ("1970-01-01T00:00:00.99Z", 990),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)]
    )
    func reads(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "Z", "2026", "2026-11-21", "2026-11-21T07:40Z", "2026-11-21 07:40:00Z", "2026-11-21T07:40:00",
        "2026-11-21T07:40:00.Z", "2026-11-21T07:40:00.1234567890Z", "2026-11-21T07:40:00,5Z", "2026-11-21T07:40:60Z",
        "2016-12-31T23:59:60Z", "2026-11-21T24:00:00Z", "2026-11-21T07:60:00Z", "2026-00-21T07:40:00Z",
        "2026-13-21T07:40:00Z", "2026-11-00T07:40:00Z", "2026-11-31T07:40:00Z", "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "1969-12-31T23:59:59Z", "10000-01-01T00:00:00Z",
        "2026-11-21T07:40:00+0100", "2026-11-21T07:40:00+1:00", "2026-11-21T07:40:00+24:00",
        "2026-11-21T07:40:00+01:60",
        "2026-11-21T07:40:00Z ", " 2026-11-21T07:40:00Z", "2026-11-21T07:40:00ZZ", "+026-11-21T07:40:00Z",
        "2026-1a-21T07:40:00Z", "２０２６-11-21T07:40:00Z", "2026-11-21T07:40:00\u{2212}01:00", "-2026-11-21T07:40:00Z",
        // Moments whose UTC form lies outside the years that can be written.
        "1970-01-01T00:00:00+00:01", "1970-01-01T23:58:59+23:59", "9999-12-31T23:59:59.999-00:01",
    ])
    func refuses(text: String) { #expect(Timestamp(text) == nil) }

    @Test(arguments: Seeds.some(3))
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let time = Timestamp(milliseconds: .random(in: 0...253_402_300_799_999, using: &random))
            #expect(Timestamp(time.description) == time)
            #expect(time.description.utf8.count == 24)
        }
    }

    /// Walks the calendar day by day, as a person would, and compares what both say.
    @Test func calendar() {
        var (year, month, day) = (1970, 1, 1)
        var days: Int64 = 0
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        while year < 10_000 {
            if days % 97 == 0 || day >= 28 && month == 2 && year % 20 == 0 {
                let text = "\(year)-\(two(month))-\(two(day))T00:00:00.000Z"
                let time = Timestamp(milliseconds: days * 86_400_000)
                #expect(time.description == text)
                #expect(time.month == year * 100 + month)
                #expect(Timestamp(text) == time)
            }
            let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            let length = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
            days += 1
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    /// A foreign token may carry any number as its `iat`; printing it has to work, and what is printed has to be readable.
    @Test(arguments: [.min, .min + 1, -1, -86_400_001, .max, 253_402_300_800_000, 1 << 48] as [Int64])
    func extremes(milliseconds: Int64) {
        let time = Timestamp(milliseconds: milliseconds)
        let nearest = min(max(milliseconds, 0), 253_402_300_799_999)
        #expect(Timestamp(time.description)?.milliseconds == nearest)
        #expect(time.month != 0)
        #expect(time.advanced(byMilliseconds: .max) >= time)
        #expect(time.advanced(byMilliseconds: .min) <= time)
    }

    @Test func secondsSaturate() {
        #expect(Timestamp(seconds: .max).milliseconds == .max)
        #expect(Timestamp(seconds: .min).milliseconds == .min)
        #expect(Timestamp(seconds: -2).milliseconds == -2000)
    }
}
