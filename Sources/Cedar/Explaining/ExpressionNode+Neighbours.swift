// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ExpressionNode.Comparison {
    /// Whether `left` and `right` compare so; of decimals, too. False where the language would refuse.
    func holds(_ left: Value, _ right: Value) -> Bool {
        if self == .equal { return left == right }
        if self == .notEqual { return left != right }
        guard left.kind == right.kind, let left = left.number, let right = right.number else { return false }
        return switch self {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .equal, .notEqual: false
        }
    }

    /// Values that compare so with `value`, the nearest first.
    func neighbours(of value: Value) -> [Value] {
        if let number = value.number { return neighbours(of: number).compactMap(value.withNumber) }
        guard self == .notEqual else { return [] }
        return switch value {
        case .bool(let truth): [.bool(!truth)]
        case .string(let text): [.string(Text(text.string + "-")), .string("")].filter { $0 != value }
        case .entity(let uid): [.entity(EntityUID(type: uid.type, id: Text(uid.id.string + "-")))]
        case .set(let set): set.isEmpty ? [.set([true])] : [.set([])]
        case .record(let record): record.isEmpty ? [.record(["-": true])] : [.record([:])]
        case .ip(let address):
            [
                .ip(IPAddressValue(ipv4: 0xC000_0201)), .ip(IPAddressValue(ipv6: 0x2001_0DB8_0000_0000, 1)),
            ].filter { $0 != .ip(address) }
        default: []
        }
    }

    private func neighbours(of number: Int64) -> [Int64] {
        func shifted(by distance: Int64) -> [Int64] {
            let (sum, overflow) = number.addingReportingOverflow(distance)
            return overflow ? [] : [sum]
        }
        return switch self {
        case .equal: [number]
        case .notEqual: shifted(by: 1) + shifted(by: -1)
        // Farther ones serve where a nearer one breaks what else is asked of the value.
        case .less: shifted(by: -1) + shifted(by: -2) + (number > 1 ? [0] : [])
        case .lessOrEqual: [number] + shifted(by: -1) + (number > 1 ? [0] : [])
        case .greater: shifted(by: 1) + shifted(by: 2)
        case .greaterOrEqual: [number] + shifted(by: 1)
        }
    }
}

extension Value {
    /// What orders the value among its kind.
    fileprivate var number: Int64? {
        switch self {
        case .long(let value): value
        case .decimal(let value): value.tenThousandths
        case .datetime(let value): value.milliseconds
        case .duration(let value): value.milliseconds
        default: nil
        }
    }

    /// The value of the same kind with another number.
    fileprivate func withNumber(_ number: Int64) -> Value? {
        switch self {
        case .long: .long(number)
        case .decimal: .decimal(DecimalValue(tenThousandths: number))
        case .datetime: .datetime(DatetimeValue(milliseconds: number))
        case .duration: .duration(DurationValue(milliseconds: number))
        default: nil
        }
    }
}
