// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct ExtensionTests {
    @Test(arguments: ExtensionCases.decimal) func decimalIsRead(text: String) throws {
        let value = try #require(DecimalValue(text))
        #expect(DecimalValue(value.description) == value)
    }

    @Test(arguments: ExtensionCases.noDecimal) func decimalIsRefused(text: String) {
        #expect(DecimalValue(text) == nil)
    }

    @Test(arguments: ExtensionCases.ip) func addressIsRead(text: String) throws {
        let value = try #require(IPAddressValue(text))
        #expect(IPAddressValue(value.description) == value)
    }

    @Test(arguments: ExtensionCases.noIp) func addressIsRefused(text: String) {
        #expect(IPAddressValue(text) == nil)
    }

    @Test(arguments: ExtensionCases.datetime) func datetimeIsRead(text: String) throws {
        #expect(DatetimeValue(text) != nil)
    }

    @Test(arguments: ExtensionCases.noDatetime) func datetimeIsRefused(text: String) {
        #expect(DatetimeValue(text) == nil)
    }

    @Test(arguments: ExtensionCases.duration) func durationIsRead(text: String) throws {
        let value = try #require(DurationValue(text))
        #expect(DurationValue(value.description) == value)
    }

    @Test(arguments: ExtensionCases.noDuration) func durationIsRefused(text: String) {
        #expect(DurationValue(text) == nil)
    }

    @Test func numbersBehindTheTexts() {
        #expect(DecimalValue("-0.5")?.tenThousandths == -5000)
        #expect(DecimalValue("12.3456")?.description == "12.3456")
        #expect(DecimalValue("-922337203685477.5808")?.tenThousandths == .min)
        #expect(DecimalValue(tenThousandths: -1).description == "-0.0001")
        #expect(DurationValue("1d2h3m4s5ms")?.milliseconds == 93_784_005)
        #expect(DurationValue("-9223372036854775808ms")?.milliseconds == .min)
        #expect(DatetimeValue("1970-01-01")?.milliseconds == 0)
        #expect(DatetimeValue("2024-02-29T12:30:15.250+0530")?.milliseconds == 1_709_190_015_250)
        #expect(DatetimeValue("0000-01-01")?.milliseconds == -62_167_219_200_000)
        #expect(DatetimeValue("9999-12-31T23:59:59.999Z")?.milliseconds == 253_402_300_799_999)
    }

    /// RFC 5952.
    @Test(arguments: [
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("2001:DB8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1::", "1::"),
        ("::/0", "::/0"), ("10.1.2.3/8", "10.1.2.3/8"), ("1.2.3.4/32", "1.2.3.4"),
    ])
    func addressesHaveOneText(text: String, canonical: String) {
        #expect(IPAddressValue(text)?.description == canonical)
    }

    @Test func datetimesRoundTrip() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let range = Int64(-62_167_219_200_000)...253_402_300_799_999
        for milliseconds in [range.lowerBound, range.upperBound, -1, 0, 951_782_400_000] {
            let value = DatetimeValue(milliseconds: milliseconds)
            #expect(DatetimeValue(value.description) == value)
        }
        for _ in 0..<2000 {
            let value = DatetimeValue(milliseconds: .random(in: range, using: &generator))
            #expect(DatetimeValue(value.description) == value, "\(value.milliseconds), seed \(seed)")
            let date = try #require(value.date)
            #expect(date.milliseconds % 86_400_000 == 0 && date.offset(by: value.time) == value, "seed \(seed)")
        }
        #expect(DatetimeValue(milliseconds: range.upperBound + 1).description.hasSuffix("ms since 1970-01-01"))
        #expect(DatetimeValue(milliseconds: .min).description.hasSuffix("ms since 1970-01-01"))
    }

    @Test func arithmeticIsChecked() {
        #expect(DatetimeValue(milliseconds: .max).offset(by: DurationValue(milliseconds: 1)) == nil)
        #expect(DatetimeValue(milliseconds: .min).duration(since: DatetimeValue(milliseconds: 1)) == nil)
        #expect(DatetimeValue(milliseconds: .min).date == nil)
        #expect(DatetimeValue(milliseconds: -1).time.milliseconds == 86_399_999)
        #expect(DatetimeValue(milliseconds: -1).date?.milliseconds == -86_400_000)
    }

    @Test func rangesHoldForEveryPrefix() {
        for length in 0...32 {
            let range = IPAddressValue(ipv4: 0xC0A8_0101, prefixLength: UInt8(length))
            #expect(IPAddressValue(ipv4: 0xC0A8_0101).isInRange(range))
            #expect(IPAddressValue(ipv4: 0xC0A8_0101 ^ 1 << 31).isInRange(range) == (length == 0))
            if length > 0 {
                #expect(!IPAddressValue(ipv4: 0xC0A8_0101 ^ (1 << UInt32(32 - length))).isInRange(range))
                #expect(!IPAddressValue(ipv4: 0xC0A8_0101, prefixLength: UInt8(length - 1)).isInRange(range))
            }
        }
        for length in 1...128 {
            let range = IPAddressValue(ipv6: 1, 1, prefixLength: UInt8(length))
            let high: UInt64 = length <= 64 ? 1 << UInt64(64 - length) : 0
            let low: UInt64 = length > 64 ? 1 << UInt64(128 - length) : 0
            #expect(!IPAddressValue(ipv6: 1 ^ high, 1 ^ low).isInRange(range))
            #expect(IPAddressValue(ipv6: 1, 1).isInRange(range))
        }
    }
}
