// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is known of one form of a plan: its truth, and what part it had in the decision. One byte.
struct ClauseMark: Sendable {
    enum Truth: UInt8, Sendable {
        case no = 1
        case yes = 2
        /// Evaluating it fails.
        case failed = 3

        init(_ value: Bool) { self = value ? .yes : .no }

        var negated: Truth {
            switch self {
            case .yes: .no
            case .no: .yes
            case .failed: self
            }
        }
    }

    private var bits: UInt8

    init(_ truth: Truth) { bits = truth.rawValue }

    var truth: Truth { Truth(rawValue: bits & 3) ?? .failed }

    /// Whether the decision evaluated it.
    var isReached: Bool {
        get { bits & 4 != 0 }
        set { bits = newValue ? bits | 4 : bits & ~4 }
    }

    /// Whether it determines the outcome of the policy.
    var isDecisive: Bool {
        get { bits & 8 != 0 }
        set { bits = newValue ? bits | 8 : bits & ~8 }
    }
}
