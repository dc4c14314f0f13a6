// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The kind of a value, named as Cedar's error messages name it.
public enum ValueKind: String, Sendable, Hashable, CustomStringConvertible {
    /// `true` or `false`.
    case bool
    /// A 64-bit integer.
    case long
    /// A string.
    case string
    /// A reference to an entity.
    case entity
    /// A set.
    case set
    /// A record.
    case record
    /// A decimal number with four digits.
    case decimal
    /// An address or a range of addresses.
    case ipaddr
    /// A moment.
    case datetime
    /// A span of time.
    case duration

    /// The name in messages.
    public var description: String { rawValue }
}
