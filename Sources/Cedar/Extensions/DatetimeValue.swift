// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct DatetimeValue: Sendable, Hashable {
    /// Milliseconds since the epoch, negative before it.
    public let milliseconds: Int64

    static let day: Int64 = 86_400_000

    /// The moment this many milliseconds after the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The moment `duration` later; nil when it is out of range.
    public func offset(by duration: DurationValue) -> DatetimeValue? {
        let (sum, overflow) = milliseconds.addingReportingOverflow(duration.milliseconds)
        return overflow ? nil : DatetimeValue(milliseconds: sum)
    }

    /// The time that passed since `other`; nil when it is out of range.
    public func duration(since other: DatetimeValue) -> DurationValue? {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        return overflow ? nil : DurationValue(milliseconds: difference)
    }

    /// The beginning of the day in UTC; nil when it is out of range.
    public var date: DatetimeValue? {
        let (start, overflow) = milliseconds.subtractingReportingOverflow(time.milliseconds)
        return overflow ? nil : DatetimeValue(milliseconds: start)
    }

    /// The time since the beginning of the day in UTC, never negative.
    public var time: DurationValue {
        let remainder = milliseconds % Self.day
        return DurationValue(milliseconds: remainder < 0 ? remainder + Self.day : remainder)
    }
}

extension DatetimeValue: Comparable {
    /// Whether `left` is the earlier moment.
    public static func < (left: DatetimeValue, right: DatetimeValue) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
