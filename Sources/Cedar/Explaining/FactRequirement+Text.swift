// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension FactRequirement {
    /// The requirement as an operator and what stands behind it, for machines.
    var operation: (name: String, operand: Value?) {
        switch self {
        case .compare(let comparison, let value): (comparison.rawValue, value)
        case .oneOf(let set): ("one_of", .set(set))
        case .noneOf(let set): ("none_of", .set(set))
        case .containsAll(let set): ("contains_all", .set(set))
        case .lacksOneOf(let set): ("lacks_one_of", .set(set))
        case .containsAny(let set): ("contains_any", .set(set))
        case .containsNone(let set): ("contains_none", .set(set))
        case .isEmpty(let wanted): (wanted ? "empty" : "not_empty", nil)
        case .like(let pattern, let wanted): (wanted ? "like" : "not_like", .string(pattern.text))
        case .inRange(let range, let wanted): (wanted ? "in_range" : "not_in_range", .ip(range))
        case .classified(let function, let wanted): (wanted ? function.rawValue : "not_\(function.rawValue)", nil)
        case .present(let wanted): (wanted ? "present" : "absent", nil)
        case .member(let wanted): (wanted ? "member" : "not_member", nil)
        case .truth(let wanted): (wanted ? "true" : "false", nil)
        }
    }

    /// What follows "if context.risk" in a sentence.
    var condition: String {
        switch self {
        case .compare(.equal, let value): "were \(value.shortDescription)"
        case .compare(.notEqual, let value): "were not \(value.shortDescription)"
        case .compare(.less, let value): "were below \(value.shortDescription)"
        case .compare(.lessOrEqual, let value): "were at most \(value.shortDescription)"
        case .compare(.greater, let value): "were above \(value.shortDescription)"
        case .compare(.greaterOrEqual, let value): "were at least \(value.shortDescription)"
        case .oneOf(let set): "were one of \(Value.set(set).shortDescription)"
        case .noneOf(let set): "were none of \(Value.set(set).shortDescription)"
        case .containsAll(let set) where set.count == 1: "contained \(set[0].shortDescription)"
        case .containsAll(let set): "contained all of \(Value.set(set).shortDescription)"
        case .lacksOneOf(let set): "lacked one of \(Value.set(set).shortDescription)"
        case .containsAny(let set): "contained one of \(Value.set(set).shortDescription)"
        case .containsNone(let set) where set.count == 1: "did not contain \(set[0].shortDescription)"
        case .containsNone(let set): "contained none of \(Value.set(set).shortDescription)"
        case .isEmpty(let wanted): wanted ? "were empty" : "were not empty"
        case .like(let pattern, let wanted): "\(wanted ? "were like" : "were not like") \(pattern.text.quoted)"
        case .inRange(let range, let wanted): "\(wanted ? "were in" : "were not in") \(range)"
        case .classified(let function, let wanted): "\(wanted ? "had" : "did not have") \(function.rawValue)()"
        case .present(let wanted): wanted ? "were there" : "were not there"
        case .member(let wanted): wanted ? "were in" : "were not in"
        case .truth(let wanted): wanted ? "were true" : "were false"
        }
    }
}

extension LikePattern {
    /// The pattern as it is written between quotes, but for what the quotes themselves demand.
    var text: Text {
        var bytes: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "*")) }
            for byte in piece {
                if byte == UInt8(ascii: "*") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
        }
        return Text(String(decoding: bytes, as: UTF8.self))
    }
}

extension Value {
    // How many values within one are shown, and how many bytes of a string.
    private static let shownValues = 64
    private static let shownBytes = 1024

    /// Whether it is small enough to be shown whole.
    var isSmall: Bool {
        var pending = [self]
        var count = 0
        while let value = pending.popLast() {
            count += 1
            switch value {
            case .string(let text): if text.string.utf8.count > Self.shownBytes { return false }
            case .entity(let uid): if uid.id.string.utf8.count > Self.shownBytes { return false }
            case .set(let set):
                if set.count > Self.shownValues { return false }
                pending += set.elements
            case .record(let record):
                if record.count > Self.shownValues { return false }
                for attribute in record { pending.append(attribute.value) }
            default: break
            }
            if count + pending.count > Self.shownValues { return false }
        }
        return true
    }

    /// The value as Cedar text, or what kind of value it is when it is large.
    var shortDescription: String { isSmall ? description : largeDescription }

    /// What kind of large value it is.
    var largeDescription: String {
        switch self {
        case .set(let set): "a set of \(set.count)"
        case .record(let record): "a record of \(record.count)"
        case .string(let text): "a string of \(text.string.utf8.count) bytes"
        default: "a large \(kind)"
        }
    }
}
