// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A typed, sortable id: a kind and 128 bits, written `nhi_` and 26 digits of Crockford's base 32.
///
/// The first 48 bits are milliseconds since 1970, so ids of one kind sort by their making. The remaining 80 are random,
/// except in a decision's id, which is the address of its leaf (``ObjectID/decision(at:node:index:)``).
public struct ObjectID: Sendable, Hashable {
    /// What the id names.
    public let kind: ObjectKind
    /// The upper 64 bits.
    public let high: UInt64
    /// The lower 64 bits.
    public let low: UInt64

    /// An id of the given bits.
    public init(kind: ObjectKind, high: UInt64, low: UInt64) {
        self.kind = kind
        self.high = high
        self.low = low
    }

    /// A fresh id.
    ///
    /// - Parameters:
    ///   - kind: What it names.
    ///   - time: The time it is made, which becomes its first 48 bits.
    ///   - generator: Where the other 80 bits come from.
    public init(kind: ObjectKind, at time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let head = UInt64(UInt16.random(in: .min ... .max, using: &generator))
        self.init(
            kind: kind,
            high: UInt64(bitPattern: time.milliseconds) << 16 | head,
            low: UInt64.random(in: .min ... .max, using: &generator)
        )
    }

    /// The id of the decision whose leaf is number `index` of the evidence log that `node` writes in the month of `time`.
    public static func decision(at time: Timestamp, node: UInt16, index: UInt64) -> ObjectID {
        ObjectID(
            kind: .decision,
            high: UInt64(bitPattern: time.milliseconds) << 16 | UInt64(node),
            low: index
        )
    }

    /// The time in the first 48 bits.
    public var time: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }

    /// The node that wrote a decision's leaf.
    public var decisionNode: UInt16 { UInt16(truncatingIfNeeded: high) }
}

extension ObjectID: Comparable {
    /// By kind, then by bits, which is by time.
    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        return (left.high, left.low) < (right.high, right.low)
    }
}

extension ObjectID: CustomStringConvertible {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The text form, 30 characters.
    public var description: String {
        let text = text
        return String(copying: UTF8Span(unchecked: text.span, isKnownASCII: true))
    }

    /// The bytes of the text form.
    var text: InlineArray<30, UInt8> {
        var bytes = InlineArray<30, UInt8>(repeating: UInt8(ascii: "_"))
        for (place, byte) in kind.rawValue.utf8.prefix(3).enumerated() { bytes[place] = byte }
        // 26 digits hold 130 bits: the first one carries three.
        for position in 0..<26 {
            let shift = 125 - 5 * position
            let value: UInt64
            if shift >= 64 {
                value = high >> UInt64(shift - 64)
            } else if shift > 59 {
                value = high << UInt64(64 - shift) | low >> UInt64(shift)
            } else {
                value = low >> UInt64(shift)
            }
            bytes[4 + position] = Self.digits[Int(value & 31)]
        }
        return bytes
    }

    /// Reads the text form; nil when it is not exactly one: wrong length, unknown prefix, small letters or a first
    /// digit above 7.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 30, bytes[3] == UInt8(ascii: "_"),
            let kind = ObjectKind(rawValue: String(decoding: bytes[0..<3], as: UTF8.self))
        else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in bytes[4...].enumerated() {
            guard let digit = Self.value(of: byte), position > 0 || digit < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(digit)
        }
        self.init(kind: kind, high: high, low: low)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "H"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "J"), UInt8(ascii: "K"): digit - UInt8(ascii: "J") + 18
        case UInt8(ascii: "M"), UInt8(ascii: "N"): digit - UInt8(ascii: "M") + 20
        case UInt8(ascii: "P")...UInt8(ascii: "T"): digit - UInt8(ascii: "P") + 22
        case UInt8(ascii: "V")...UInt8(ascii: "Z"): digit - UInt8(ascii: "V") + 27
        default: nil
        }
    }
}
