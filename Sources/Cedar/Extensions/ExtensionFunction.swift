// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The functions and methods that Cedar's extension types bring: `ip("...")`, `.isInRange(...)` and so on.
public enum ExtensionFunction: String, Sendable, Hashable, CaseIterable {
    /// Reads a decimal.
    case decimal
    /// Reads an address.
    case ip
    /// Reads a moment.
    case datetime
    /// Reads a span of time.
    case duration
    /// Compares decimals.
    case lessThan
    /// Compares decimals.
    case lessThanOrEqual
    /// Compares decimals.
    case greaterThan
    /// Compares decimals.
    case greaterThanOrEqual
    /// Whether an address is IPv4.
    case isIpv4
    /// Whether an address is IPv6.
    case isIpv6
    /// Whether an address is a loopback address.
    case isLoopback
    /// Whether an address is a multicast address.
    case isMulticast
    /// Whether an address lies in a range.
    case isInRange
    /// The moment some time later.
    case offset
    /// The time between two moments.
    case durationSince
    /// The day of a moment.
    case toDate
    /// The time of day of a moment.
    case toTime
    /// A span in milliseconds.
    case toMilliseconds
    /// A span in whole seconds.
    case toSeconds
    /// A span in whole minutes.
    case toMinutes
    /// A span in whole hours.
    case toHours
    /// A span in whole days.
    case toDays

    /// Whether it is written before its argument, `ip("::1")`, rather than behind it, `x.isIpv6()`.
    public var isConstructor: Bool {
        switch self {
        case .decimal, .ip, .datetime, .duration: true
        default: false
        }
    }

    /// How many values it takes; the one before the dot counts.
    public var arity: Int {
        switch self {
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual, .isInRange, .offset, .durationSince: 2
        default: 1
        }
    }
}
