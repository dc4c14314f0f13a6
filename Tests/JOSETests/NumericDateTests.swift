// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

struct NumericDateTests {
    @Test(
        "Exact moments",
        arguments: [
            ("0", 0, 0), ("1", 1, 0), ("1700000000", 1_700_000_000, 0), ("253402300799", 253_402_300_799, 0),
            ("1.5", 1, 500_000_000), ("1.000000001", 1, 1), ("0.999999999", 0, 999_999_999), ("1.10", 1, 100_000_000),
            ("1.5000000000000000000", 1, 500_000_000), ("1e3", 1000, 0), ("1E3", 1000, 0), ("1e+3", 1000, 0),
            ("1.7e9", 1_700_000_000, 0), ("1.7000000005e9", 1_700_000_000, 500_000_000), ("15e-1", 1, 500_000_000),
            ("1e-9", 0, 1), ("12345e-3", 12, 345_000_000), ("0e5", 0, 0), ("0.0", 0, 0), ("0e-60", 0, 0),
            ("100e-2", 1, 0),
            ("0.001e3", 1, 0), ("1700000000.123456789", 1_700_000_000, 123_456_789),
        ]
    )
    func exact(_ literal: String, _ seconds: Int64, _ nanoseconds: Int64) throws {
        let date = try #require(NumericDate(try JSONValue(parsing: literal)))
        #expect(date == NumericDate(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "No moments",
        arguments: [
            "-1", "-0.5", "-1e3", "253402300800", "253402300800.0", "1e12", "1e64", "1e65", "1e999999999999999999999",
            "1e-10",
            "1.0000000001", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e-64",
            "\"1700000000\"", "null", "true", "[1]", "{}",
            "1.00000000000000000000000000000000000000000000000000000000",
        ]
    )
    func refused(_ literal: String) throws { #expect(NumericDate(try JSONValue(parsing: literal)) == nil) }

    @Test("Moving the decimal point by an exponent changes nothing")
    func scaled() throws {
        var generator = SeededGenerator("numeric date")
        for _ in 0..<2000 {
            let seconds = Int64.random(in: 0...4_000_000_000, using: &generator)
            let nanoseconds = Int64.random(in: 0...999_999_999, using: &generator)
            let fraction = String(repeating: "0", count: 9 - String(nanoseconds).count) + String(nanoseconds)
            let expected = NumericDate(seconds: seconds, nanoseconds: nanoseconds)
            let all = String(Int64(String(seconds) + fraction) ?? 0)
            for literal in ["\(seconds).\(fraction)", "\(all)e-9", "\(all).000e-9", "\(seconds).\(fraction)0e0"] {
                #expect(NumericDate(try JSONValue(parsing: literal)) == expected, "\(literal) seed \(generator.seed)")
            }
        }
    }

    @Test func orderAndArithmetic() {
        let date = NumericDate(seconds: 10, nanoseconds: 5)
        #expect(date.advanced(bySeconds: 5) == NumericDate(seconds: 15, nanoseconds: 5))
        #expect(
            date.advanced(bySeconds: .max) == NumericDate(seconds: NumericDate.maximumSeconds, nanoseconds: 0)
                || date.advanced(bySeconds: .max).seconds == NumericDate.maximumSeconds
        )
        #expect(date.advanced(bySeconds: .min).seconds == 0)
        #expect(NumericDate(seconds: 10) < date && date < NumericDate(seconds: 11))
        #expect(NumericDate(seconds: -5).seconds == 0)
    }
}
