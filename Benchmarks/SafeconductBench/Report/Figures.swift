// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Numbers as people read them, and as the JSON report holds them.
enum Figures {
    /// A whole number with separators: `46,440`.
    static func count(_ value: Double) -> String {
        let digits = Array(String(Int64(value.rounded())).utf8)
        var text: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            let rest = digits.count - index
            if index > 0, rest.isMultiple(of: 3), digits[index - 1] != UInt8(ascii: "-") {
                text.append(UInt8(ascii: ","))
            }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// With so many digits behind the point: `0.63`.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "-" }
        var scale: Int64 = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((value.magnitude * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: digits - fraction.utf8.count)
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }

    /// Nanoseconds as milliseconds: `0.24`.
    static func milliseconds(_ nanoseconds: UInt64) -> String { fixed(Double(nanoseconds) / 1e6, 2) }

    /// Nanoseconds as microseconds: `12.3`.
    static func microseconds(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1e3, 1) }

    /// A number of the JSON report, with four digits behind the point.
    static func json(_ value: Double) -> JSONValue { .number(fixed(value, 4)) }
}
