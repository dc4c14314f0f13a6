// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A span of time in milliseconds, which may be negative.
public struct DurationValue: Sendable, Hashable {
    /// The length in milliseconds.
    public let milliseconds: Int64

    /// The span of this many milliseconds.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The span written as `-?` and then days, hours, minutes, seconds and milliseconds in this order, each optional,
    /// at least one: `1d2h3m4s5ms`. Nil for anything else and for what does not fit.
    public init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes = bytes.dropFirst() }
        guard !bytes.isEmpty else { return nil }
        // Built on the negative side, which reaches one further than the positive one.
        var total: Int64 = 0
        var units = Self.units[...]
        while !bytes.isEmpty {
            let digits = bytes.prefix { $0.decimalDigit != nil }
            let name = bytes.dropFirst(digits.count).prefix { $0.decimalDigit == nil }
            guard !digits.isEmpty, let unit = units.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) else {
                return nil
            }
            var count: Int64 = 0
            for byte in digits {
                let (product, tooLarge) = count.multipliedReportingOverflow(by: 10)
                let (sum, overflow) = product.subtractingReportingOverflow(Int64(byte.decimalDigit ?? 0))
                guard !tooLarge, !overflow else { return nil }
                count = sum
            }
            let (length, tooLong) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, overflow) = total.addingReportingOverflow(length)
            guard !tooLong, !overflow else { return nil }
            total = sum
            units = units[(unit + 1)...]
            bytes = bytes.dropFirst(digits.count + name.count)
        }
        guard negative || total > .min else { return nil }
        milliseconds = negative ? total : -total
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
}

extension DurationValue: Comparable, CustomStringConvertible {
    /// Whether `left` is the shorter (or more negative) span.
    public static func < (left: DurationValue, right: DurationValue) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The span in milliseconds, `1500ms`.
    public var description: String { "\(milliseconds)ms" }
}
