// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A value of the Cedar language.
///
/// Equality is Cedar's `==`: values of different kinds are unequal, sets ignore order and repetition, strings compare
/// by scalars. It never fails.
public enum Value: Sendable {
    /// `true` or `false`.
    case bool(Bool)
    /// A 64-bit integer; arithmetic on it is checked.
    case long(Int64)
    /// A string.
    case string(Text)
    /// A reference to an entity, which need not exist.
    case entity(EntityUID)
    /// A set of values of any kinds.
    case set(ValueSet)
    /// A record.
    case record(Record)
    /// A decimal number.
    case decimal(DecimalValue)
    /// An address or a range of addresses.
    case ip(IPAddressValue)
    /// A moment.
    case datetime(DatetimeValue)
    /// A span of time.
    case duration(DurationValue)

    /// What kind of value this is.
    public var kind: ValueKind {
        switch self {
        case .bool: .bool
        case .long: .long
        case .string: .string
        case .entity: .entity
        case .set: .set
        case .record: .record
        case .decimal: .decimal
        case .ip: .ipaddr
        case .datetime: .datetime
        case .duration: .duration
        }
    }
}

extension Value: Hashable {
    /// Cedar's `==`.
    public static func == (left: Value, right: Value) -> Bool {
        // Only sets and records recurse, and these calls are kept apart so that each level takes little of the stack.
        switch (left, right) {
        case (.set(let left), .set(let right)): left == right
        case (.record(let left), .record(let right)): left == right
        default: areEqualScalars(left, right)
        }
    }

    private static func areEqualScalars(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): left == right
        case (.long(let left), .long(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.entity(let left), .entity(let right)): left == right
        case (.decimal(let left), .decimal(let right)): left == right
        case (.ip(let left), .ip(let right)): left == right
        case (.datetime(let left), .datetime(let right)): left == right
        case (.duration(let left), .duration(let right)): left == right
        default: false
        }
    }

    /// Feeds the kind and the value, so that `1` and `true` fall apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        switch self {
        case .bool(let value): hasher.combine(value)
        case .long(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .entity(let value): hasher.combine(value)
        case .set(let value): hasher.combine(value)
        case .record(let value): hasher.combine(value)
        case .decimal(let value): hasher.combine(value)
        case .ip(let value): hasher.combine(value)
        case .datetime(let value): hasher.combine(value)
        case .duration(let value): hasher.combine(value)
        }
    }
}

extension Value: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// A long.
    public init(integerLiteral value: Int64) { self = .long(value) }

    /// A string.
    public init(stringLiteral value: String) { self = .string(Text(value)) }
}
