// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is known of one form of a plan: its truth, and what part it had in the decision. One byte.
struct ClauseMark: Sendable {
    enum Truth: UInt8, Sendable {
        /// It may not be told, see ``ExplanationDisclosure``: any of the others, as far as anybody can see.
        case hidden = 0
        case no = 1
        case yes = 2
        /// Evaluating it fails.
        case failed = 3

        init(_ value: Bool) { self = value ? .yes : .no }

        var negated: Truth {
            switch self {
            case .yes: .no
            case .no: .yes
            case .failed, .hidden: self
            }
        }
    }

    private var bits: UInt8

    init(_ truth: Truth) { bits = truth.rawValue | (truth == .hidden ? 64 : 0) }

    var truth: Truth { Truth(rawValue: bits & 3) ?? .hidden }

    /// Whether something hidden gives its truth, even where what was decided leaves only one.
    var isHidden: Bool { bits & 64 != 0 }

    /// Whether the decision evaluated it; nil when that depends on something hidden.
    var isReached: Bool? {
        get { bits & 16 != 0 ? nil : bits & 4 != 0 }
        set { bits = bits & ~20 | (newValue.map { $0 ? 4 : 0 } ?? 16) }
    }

    /// Whether it determines the outcome of the policy; nil when that depends on something hidden.
    var isDecisive: Bool? {
        get { bits & 32 != 0 ? nil : bits & 8 != 0 }
        set { bits = bits & ~40 | (newValue.map { $0 ? 8 : 0 } ?? 32) }
    }

    /// Notes a truth that follows from what was decided.
    mutating func settle(_ truth: Truth) {
        if self.truth == .hidden { bits |= truth.rawValue }
    }
}
