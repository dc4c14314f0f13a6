// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ExtensionFunction {
    /// Why a call gave no value.
    enum Failure: Error {
        /// An argument is of another kind.
        case kind(expected: ValueKind, found: ValueKind)
        /// A text is not of the form wanted, or a result is out of range.
        case value(String)
    }

    /// The value of a call; `argument` is nil for those that take one value. The caller has checked the arity.
    func apply(_ receiver: Value, _ argument: Value?) throws(Failure) -> Value {
        switch self {
        case .decimal, .ip, .datetime, .duration: try construct(receiver)
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual:
            .bool(try compare(Self.decimal(receiver), Self.decimal(argument)))
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast, .isInRange:
            .bool(try classify(Self.ip(receiver), argument))
        case .offset, .durationSince, .toDate, .toTime: try shift(Self.datetime(receiver), argument)
        default: .long(try measure(Self.duration(receiver)))
        }
    }

    // The four that read a text. A text that does not fit is an error of the evaluation, not of the parse.
    private func construct(_ argument: Value) throws(Failure) -> Value {
        guard case .string(let text) = argument else {
            throw Failure.kind(expected: .string, found: argument.kind)
        }
        let value: Value? =
            switch self {
            case .decimal: DecimalValue(text.string).map(Value.decimal)
            case .ip: IPAddressValue(text.string).map(Value.ip)
            case .datetime: DatetimeValue(text.string).map(Value.datetime)
            default: DurationValue(text.string).map(Value.duration)
            }
        guard let value else { throw Failure.value("\(text.quoted) is not a well-formed \(rawValue)") }
        return value
    }

    // Decimals have methods of their own because `<` takes no decimals.
    private func compare(_ left: DecimalValue, _ right: DecimalValue) -> Bool {
        switch self {
        case .lessThan: left < right
        case .lessThanOrEqual: left <= right
        case .greaterThan: left > right
        default: left >= right
        }
    }

    // The questions to addresses.
    private func classify(_ address: IPAddressValue, _ argument: Value?) throws(Failure) -> Bool {
        switch self {
        case .isIpv4: !address.isIPv6
        case .isIpv6: address.isIPv6
        case .isLoopback: address.isLoopback
        case .isMulticast: address.isMulticast
        default: try address.isInRange(Self.ip(argument))
        }
    }

    // The arithmetic of moments; whatever leaves 64 bits is an error.
    private func shift(_ moment: DatetimeValue, _ argument: Value?) throws(Failure) -> Value {
        let value: Value? =
            switch self {
            case .offset: moment.offset(by: try Self.duration(argument)).map(Value.datetime)
            case .durationSince: moment.duration(since: try Self.datetime(argument)).map(Value.duration)
            case .toDate: moment.date.map(Value.datetime)
            default: .duration(moment.time)
            }
        guard let value else { throw Failure.value("the result does not fit 64 bits") }
        return value
    }

    // Division of integers drops the fraction, also below zero.
    private func measure(_ duration: DurationValue) -> Int64 {
        switch self {
        case .toMilliseconds: duration.milliseconds
        case .toSeconds: duration.milliseconds / 1000
        case .toMinutes: duration.milliseconds / 60_000
        case .toHours: duration.milliseconds / 3_600_000
        default: duration.milliseconds / 86_400_000
        }
    }

    private static func decimal(_ value: Value?) throws(Failure) -> DecimalValue {
        if case .decimal(let decimal)? = value { return decimal }
        throw mismatch(.decimal, value)
    }

    private static func ip(_ value: Value?) throws(Failure) -> IPAddressValue {
        if case .ip(let address)? = value { return address }
        throw mismatch(.ipaddr, value)
    }

    private static func datetime(_ value: Value?) throws(Failure) -> DatetimeValue {
        if case .datetime(let moment)? = value { return moment }
        throw mismatch(.datetime, value)
    }

    private static func duration(_ value: Value?) throws(Failure) -> DurationValue {
        if case .duration(let span)? = value { return span }
        throw mismatch(.duration, value)
    }

    private static func mismatch(_ expected: ValueKind, _ value: Value?) -> Failure {
        value.map { .kind(expected: expected, found: $0.kind) } ?? .value("an argument is missing")
    }
}
