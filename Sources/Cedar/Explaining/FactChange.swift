// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is put in the place of the subject of a fact to try it out.
enum FactChange: Sendable, Hashable {
    case value(Value)
    case removal
    case member(Bool)
}

extension FactRequirement {
    /// Whether `change` is as required.
    func isMet(by change: FactChange) -> Bool {
        switch (self, change) {
        case (.present(let wanted), .value): wanted
        case (.present(let wanted), .removal): !wanted
        case (.member(let wanted), .member(let given)): wanted == given
        case (_, .value(let value)): isMet(by: value)
        default: false
        }
    }

    /// Whether whatever meets this is sure to meet `other`, too; not all that is so is known.
    func implies(_ other: FactRequirement) -> Bool {
        switch (self, other) {
        case (.present, _): false
        // What has a value is there.
        case (_, .present(true)): true
        case (.compare(.equal, let value), _): other.isMet(by: value)
        case (.compare(.notEqual, _), _): false
        case (.compare(let comparison, let limit), .compare(.notEqual, let value)): !comparison.holds(value, limit)
        case (.compare(.lessOrEqual, let own), .compare(.less, let limit)):
            ExpressionNode.Comparison.less.holds(own, limit)
        case (.compare(.less, let own), .compare(.less, let limit)),
            (.compare(.less, let own), .compare(.lessOrEqual, let limit)),
            (.compare(.lessOrEqual, let own), .compare(.lessOrEqual, let limit)):
            ExpressionNode.Comparison.lessOrEqual.holds(own, limit)
        case (.compare(.greaterOrEqual, let own), .compare(.greater, let limit)):
            ExpressionNode.Comparison.greater.holds(own, limit)
        case (.compare(.greater, let own), .compare(.greater, let limit)),
            (.compare(.greater, let own), .compare(.greaterOrEqual, let limit)),
            (.compare(.greaterOrEqual, let own), .compare(.greaterOrEqual, let limit)):
            ExpressionNode.Comparison.greaterOrEqual.holds(own, limit)
        default: false
        }
    }

    private func isMet(by value: Value) -> Bool {
        switch (self, value) {
        case (.compare(let comparison, let other), _): comparison.holds(value, other)
        case (.oneOf(let set), _): set.contains(value)
        case (.noneOf(let set), _): !set.contains(value)
        case (.containsAll(let others), .set(let set)): set.containsAll(others)
        case (.lacksOneOf(let others), .set(let set)): !set.containsAll(others)
        case (.containsAny(let others), .set(let set)): set.containsAny(others)
        case (.containsNone(let others), .set(let set)): !set.containsAny(others)
        case (.isEmpty(let wanted), .set(let set)): set.isEmpty == wanted
        case (.like(let pattern, let wanted), .string(let text)): pattern.matches(text) == wanted
        case (.inRange(let range, let wanted), .ip(let address)): address.isInRange(range) == wanted
        case (.classified(let function, let wanted), .ip):
            (try? function.apply(value, nil)) == .bool(wanted)
        default: false
        }
    }

    /// What might be put there, the most telling first; `current` is what is there now.
    func candidates(_ current: Value?) -> [FactChange] {
        switch self {
        case .present(true): [.value(true), .value(""), .value(0), .value(.set([]))]
        case .present(false): [.removal]
        case .member(let wanted): [.member(wanted)]
        default: values(current).map { .value($0) }
        }
    }

    private func values(_ current: Value?) -> [Value] {
        switch self {
        case .compare(.equal, let value): [value]
        case .compare(let comparison, let value): comparison.neighbours(of: value)
        case .oneOf(let set): Array(set.prefix(4))
        case .noneOf(let set): set.first.map { Self.others(than: set, like: $0) } ?? [current ?? true]
        case .containsAll(let others): [.set(ValueSet(Self.elements(current) + others))]
        case .lacksOneOf(let others):
            others.prefix(4).map { other in .set(ValueSet(Self.elements(current).filter { $0 != other })) }
        case .containsAny(let others): others.prefix(4).map { .set(ValueSet(Self.elements(current) + [$0])) }
        case .containsNone(let others): [.set(ValueSet(Self.elements(current).filter { !others.contains($0) }))]
        case .isEmpty(true): [.set([])]
        case .isEmpty(false): [.set([true]), .set([""]), .set([0])]
        case .like(let pattern, true): [.string(pattern.shortest)]
        case .like(let pattern, false):
            ["", "-", .string(Text(pattern.shortest.string + "-"))].filter { isMet(by: $0) }
        case .inRange(let range, true): [.ip(range)]
        case .inRange, .classified: Self.addresses.filter { isMet(by: $0) }
        case .present, .member, .truth: []
        }
    }

    private static func elements(_ value: Value?) -> [Value] {
        if case .set(let set)? = value { set.elements } else { [] }
    }

    // Values of the kind of `value` that are not in `set`.
    private static func others(than set: ValueSet, like value: Value) -> [Value] {
        var others: [Value] = []
        for element in set.elements.prefix(16) where others.count < 4 {
            others += ExpressionNode.Comparison.notEqual.neighbours(of: element).filter { !set.contains($0) }
        }
        return others.isEmpty ? ExpressionNode.Comparison.notEqual.neighbours(of: value) : others
    }

    // One of each kind that the functions tell apart.
    private static let addresses: [Value] = [
        .ip(IPAddressValue(ipv4: 0xC000_0201)), .ip(IPAddressValue(ipv6: 0x2001_0DB8_0000_0000, 1)),
        .ip(IPAddressValue(ipv4: 0x7F00_0001)), .ip(IPAddressValue(ipv6: 0, 1)),
        .ip(IPAddressValue(ipv4: 0xE000_0001)), .ip(IPAddressValue(ipv6: 0xFF02_0000_0000_0000, 1)),
    ]
}

extension LikePattern {
    /// The text that matches when each wildcard stands for nothing.
    fileprivate var shortest: Text { Text(String(decoding: pieces.joined(), as: UTF8.self)) }
}
