// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A decimal number with four digits after the point, from -922337203685477.5808 to 922337203685477.5807.
public struct DecimalValue: Sendable, Hashable {
    /// Ten-thousandths: `1.5` is 15000.
    public let tenThousandths: Int64

    /// The number of this many ten-thousandths.
    public init(tenThousandths: Int64) {
        self.tenThousandths = tenThousandths
    }

    /// The number written as `-?digits.digits` with one to four digits after the point; nil for anything else.
    public init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes = bytes.dropFirst() }
        guard let point = bytes.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let fraction = bytes[(point + 1)...]
        guard point > bytes.startIndex, (1...4).contains(fraction.count) else { return nil }
        // Built on the negative side, which reaches one further than the positive one.
        var total: Int64 = 0
        for byte in bytes[..<point] + fraction + repeatElement(UInt8(ascii: "0"), count: 4 - fraction.count) {
            guard let digit = byte.decimalDigit else { return nil }
            let (product, tooLarge) = total.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.subtractingReportingOverflow(Int64(digit))
            guard !tooLarge, !overflow else { return nil }
            total = sum
        }
        guard negative || total > .min else { return nil }
        tenThousandths = negative ? total : -total
    }
}

extension DecimalValue: Comparable, CustomStringConvertible {
    /// Whether `left` is the smaller number.
    public static func < (left: DecimalValue, right: DecimalValue) -> Bool {
        left.tenThousandths < right.tenThousandths
    }

    /// The number with one to four digits after the point, `1.5`.
    public var description: String {
        let magnitude = tenThousandths.magnitude
        var fraction = String(magnitude % 10_000)
        fraction = String(repeating: "0", count: 4 - fraction.utf8.count) + fraction
        while fraction.utf8.count > 1, fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        return "\(tenThousandths < 0 ? "-" : "")\(magnitude / 10_000).\(fraction)"
    }
}
