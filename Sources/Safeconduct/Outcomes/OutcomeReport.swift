// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
internal import TrustModel

/// What came of a decided call, as the enforcement point that asked tells it.
///
/// Everything is optional: a gateway knows a status and bytes, a service knows rows and amounts, and that the call was
/// made at all is worth knowing, too. Nothing personal belongs here: a leaf is kept in clear and can't be taken back.
public struct OutcomeReport: Sendable, Equatable {
    /// Whether the point let the call through; nil when it does not say.
    public var passed: Bool?
    /// The HTTP status of the API's answer, or of the point's own: 100 to 599.
    public var status: Int64?
    /// Bytes that the call moved to the caller.
    public var bytes: Int64?
    /// Rows or records that it moved.
    public var rows: Int64?
    /// What it moved of the API's own unit: money in its smallest coin, items, tokens.
    public var amount: Int64?
    /// How long it took, in milliseconds.
    public var latency: Int64?
    /// The class of the data it really returned.
    public var dataClass: String?
    /// Why it failed, in a code such as `upstream_timeout`; never a message.
    public var error: String?

    /// A report that says nothing but that the decision was kept to.
    public init() {}

    /// Reads a report.
    ///
    /// - Throws: `ShapeError` with the pointer of what does not belong.
    public init(_ value: JSONValue, at pointer: String = "") throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        try self.init(&reader)
        try reader.finish()
    }

    /// Reads the members of a report out of an object that has others, too.
    public init(_ reader: inout ObjectReader) throws(ShapeError) {
        passed = try reader.optionalBool("passed")
        status = try Self.number("status", &reader, 100...599)
        bytes = try Self.number("bytes", &reader)
        rows = try Self.number("rows", &reader)
        amount = try Self.number("amount", &reader)
        latency = try Self.number("latency_ms", &reader)
        dataClass = try reader.optionalTerm("data_class")
        error = try reader.optionalString("error")
        guard error.map(Self.isCode) ?? true else {
            throw ShapeError(
                .value,
                reader.pointer(to: "error"),
                "a code of 1 to 64 letters, digits and . _ , : / - is expected, no message"
            )
        }
    }

    private static func number(
        _ key: String,
        _ reader: inout ObjectReader,
        _ allowed: ClosedRange<Int64> = 0...Int64.max
    ) throws(ShapeError) -> Int64? {
        guard let number = try reader.optionalInteger(key) else { return nil }
        guard allowed.contains(number) else {
            let expected =
                allowed.upperBound == .max
                ? "a number of 0 or more" : "\(allowed.lowerBound) to \(allowed.upperBound)"
            throw ShapeError(.value, reader.pointer(to: key), "\(expected) is expected")
        }
        return number
    }

    /// Whether a text is a code and no sentence: those who read the log for ever shall find no names in it.
    private static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ","),
                    UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Writes the members that were told, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        if let passed {
            writer.key("passed")
            writer.bool(passed)
        }
        for (key, number) in [
            ("status", status), ("bytes", bytes), ("rows", rows), ("amount", amount), ("latency_ms", latency),
        ] {
            guard let number else { continue }
            writer.key(key)
            writer.integer(number)
        }
        for (key, text) in [("data_class", dataClass), ("error", error)] {
            guard let text else { continue }
            writer.key(key)
            writer.string(text)
        }
    }
}
