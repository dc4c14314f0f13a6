// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What came of a call that was decided about. Everything is optional: say what is known.
public struct CallOutcome: Sendable, Equatable {
    /// Whether the call was let through.
    public var passed: Bool?
    /// The HTTP status that the caller got.
    public var status: Int?
    /// The bytes of the answer's body.
    public var bytes: Int64?
    /// The rows or items that were read or changed.
    public var rows: Int64?
    /// The amount that was moved, in the unit that the API's limits count in.
    public var amount: Int64?
    /// The time from the decision to the end of the answer, in milliseconds.
    public var latencyMilliseconds: Int64?
    /// The data class of what was handed out, where it differs from what the operation is registered with.
    public var dataClass: String?
    /// A stable word for what went wrong. Never a message: those can hold what callers sent.
    public var error: String?

    /// An outcome of which nothing is known yet.
    public init() {}

    /// The body of a report.
    func body() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// Writes what is known as members of an object.
    func writeMembers(to writer: inout JSONWriter) {
        if let passed {
            writer.key("passed")
            writer.bool(passed)
        }
        let numbers = [
            ("status", status.map(Int64.init)), ("bytes", bytes), ("rows", rows), ("amount", amount),
            ("latency_ms", latencyMilliseconds),
        ]
        for case (let name, let number?) in numbers {
            writer.key(name)
            writer.integer(number)
        }
        for case (let name, let text?) in [("data_class", dataClass), ("error", error)] {
            writer.key(name)
            writer.string(text)
        }
    }
}
