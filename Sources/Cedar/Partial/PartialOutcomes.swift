// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What may come of an expression.
struct PartialOutcomes: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let yes = PartialOutcomes(rawValue: 1)
    static let no = PartialOutcomes(rawValue: 2)
    /// A value that is no Bool.
    static let other = PartialOutcomes(rawValue: 4)
    static let failure = PartialOutcomes(rawValue: 8)

    static let bool: PartialOutcomes = [.yes, .no]
    static let anything: PartialOutcomes = [.yes, .no, .other, .failure]

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// What may come of a value of `shape`.
    init(_ shape: PartialShape) {
        switch shape {
        case .bool: self = .bool
        case .any: self = [.yes, .no, .other]
        default: self = .other
        }
    }

    /// The same, and a failure when `condition` holds.
    func failing(when condition: Bool) -> PartialOutcomes {
        condition ? union(.failure) : self
    }

    /// What may come of `!x`; anything but a Bool fails.
    var negated: PartialOutcomes {
        var result: PartialOutcomes = []
        if contains(.yes) { result.insert(.no) }
        if contains(.no) { result.insert(.yes) }
        return result.failing(when: !isDisjoint(with: [.other, .failure]))
    }

    /// Whether it is sure to be a Bool.
    var isBool: Bool { isSubset(of: .bool) }

    /// The only outcome there is, when it is a Bool.
    var certainty: Bool? {
        switch self {
        case .yes: true
        case .no: false
        default: nil
        }
    }
}
