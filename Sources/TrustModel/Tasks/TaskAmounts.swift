// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Amounts of what a task's budget counts: its bounds, what of them is spent, or what one step spends.
public struct TaskAmounts: Sendable, Equatable {
    /// What is counted.
    public enum Counter: String, Sendable, CaseIterable {
        /// Calls.
        case calls
        /// Rows read or written.
        case rows
        /// Bytes read or written.
        case bytes
        /// Money or whatever else the operations move, in its smallest unit.
        case amount
    }

    private var calls: Int64?
    private var rows: Int64?
    private var bytes: Int64?
    private var amount: Int64?

    /// Amounts of nothing.
    public init() {}

    /// Amounts of these counters; a negative one counts as none.
    public init(_ amounts: [Counter: Int64]) {
        for (counter, amount) in amounts where amount >= 0 { self[counter] = amount }
    }

    /// How much of a counter; nil where nothing is said of it.
    public internal(set) subscript(_ counter: Counter) -> Int64? {
        get {
            switch counter {
            case .calls: calls
            case .rows: rows
            case .bytes: bytes
            case .amount: amount
            }
        }
        set {
            switch counter {
            case .calls: calls = newValue
            case .rows: rows = newValue
            case .bytes: bytes = newValue
            case .amount: amount = newValue
            }
        }
    }

    /// The counters of which something is said, in their order.
    public var counters: [Counter] { Counter.allCases.filter { self[$0] != nil } }

    /// Whether nothing is said.
    public var isEmpty: Bool { self == TaskAmounts() }

    /// Reads the object member `key`, each of its members a whole number that is not negative; nil when absent.
    init?(_ key: String, of reader: inout ObjectReader) throws(ShapeError) {
        guard var object = try reader.optionalObject(key) else { return nil }
        for counter in Counter.allCases {
            guard let amount = try object.optionalInteger(counter.rawValue) else { continue }
            guard amount >= 0 else {
                throw ShapeError(.value, object.pointer(to: counter.rawValue), "a number from 0 is expected")
            }
            self[counter] = amount
        }
        try object.finish()
    }

    /// Writes the member `key`, an object.
    public func writeMember(_ key: String, to writer: inout JSONWriter) {
        writer.key(key)
        writer.beginObject()
        for counter in Counter.allCases {
            if let amount = self[counter] { writer.member(counter.rawValue, amount) }
        }
        writer.endObject()
    }

    /// The sum; nil where one of its numbers would be too large to count.
    func adding(_ other: TaskAmounts) -> TaskAmounts? {
        var sum = self
        for counter in other.counters {
            let (value, overflow) = (self[counter] ?? 0).addingReportingOverflow(other[counter] ?? 0)
            if overflow { return nil }
            sum[counter] = value
        }
        return sum
    }

    /// The first counter of which `spent` is more than these bounds allow; nil when there is none. What has no bound may be
    /// spent without end.
    func exceeded(by spent: TaskAmounts) -> Counter? {
        Counter.allCases.first { counter in
            guard let bound = self[counter], let spent = spent[counter] else { return false }
            return spent > bound
        }
    }
}
