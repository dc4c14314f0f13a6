// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension FactRequirement {
    /// What may be put in the place of a subject so that all of these are met, the most telling first.
    ///
    /// - Parameter current: What is there now.
    static func changes(meeting requirements: [FactRequirement], _ current: Value?) -> [FactChange] {
        var changes: [FactChange] = []
        func add(_ change: FactChange) {
            if !changes.contains(change), requirements.allSatisfy({ $0.isMet(by: change) }) { changes.append(change) }
        }
        for requirement in requirements { requirement.candidates(current).forEach(add) }
        if requirements.count > 1, changes.isEmpty {
            if let set = set(meeting: requirements, current) { add(.value(.set(set))) }
            texts(meeting: requirements).forEach { add(.value(.string($0))) }
        }
        return changes
    }

    // One set for all that is asked of its elements.
    private static func set(meeting requirements: [FactRequirement], _ current: Value?) -> ValueSet? {
        var wanted: [Value] = []
        var unwanted: [Value] = []
        var eitherOf: [ValueSet] = []
        var notAllOf: [ValueSet] = []
        for requirement in requirements {
            switch requirement {
            case .containsAll(let set): wanted += set.elements
            case .containsNone(let set): unwanted += set.elements
            case .containsAny(let set): eitherOf.append(set)
            case .lacksOneOf(let set): notAllOf.append(set)
            case .isEmpty, .present, .compare(.notEqual, _): break
            default: return nil
            }
        }
        // Sets of sets are rare, and long ones are nothing that anybody would be told to have.
        guard wanted.count + unwanted.count <= longestSet, elements(current).count <= longestSet else { return nil }
        let kept = ValueSet(wanted)
        for set in notAllOf { set.elements.first { !kept.contains($0) }.map { unwanted.append($0) } }
        let gone = ValueSet(unwanted)
        for set in eitherOf { set.elements.first { !gone.contains($0) }.map { wanted.append($0) } }
        return ValueSet(elements(current).filter { !gone.contains($0) } + wanted)
    }

    private static let longestSet = 1_024

    // One text for all patterns: each in turn with what the others ask for in place of its first wildcard.
    private static func texts(meeting requirements: [FactRequirement]) -> [Text] {
        let patterns = requirements.prefix(4).compactMap { requirement in
            if case .like(let pattern, true) = requirement { pattern } else { nil }
        }
        return patterns.indices.compactMap { place in
            let others = patterns.indices.filter { $0 != place }.map { patterns[$0].shortest.string }
            return patterns[place].holding(Text(others.joined()))
        }
    }

    /// What might be put there, the most telling first; `current` is what is there now.
    private func candidates(_ current: Value?) -> [FactChange] {
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

    /// The text that matches when the first wildcard stands for `text`; nil without a wildcard.
    fileprivate func holding(_ text: Text) -> Text? {
        guard pieces.count > 1 else { return nil }
        return Text(String(decoding: pieces[0] + Array(text.string.utf8) + pieces[1...].joined(), as: UTF8.self))
    }
}
