// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The smallest part of a condition that has a truth of its own, and how it came out.
public struct ExplainedClause: Sendable {
    /// How it came out.
    public enum Outcome: Sendable {
        /// The expression is true.
        case holds
        /// It is false.
        case fails
        /// It cannot be evaluated.
        case failed(EvaluationError)
        /// It may not be told, because of what the expression reads, see ``ExplanationDisclosure``.
        case hidden
    }

    /// The expression: a node of ``Policy/expression``.
    public let node: NodeID
    /// The place of its condition in ``Policy/conditions``.
    public let condition: Int
    /// How the expression came out, by itself.
    public let outcome: Outcome
    /// What serves the policy: true, as a rule; false behind `unless` or `!`. Nil when either may, as between `if` and
    /// `then`.
    public let wanted: Bool?
    /// Whether the decision evaluated it. What stands behind a false part of an `&&` was not; its outcome is what it
    /// would have been. Nil when that depends on something hidden.
    public let isReached: Bool?
    /// Whether it is one of those that determine the outcome of the policy: no smaller set of clauses does. Nil when
    /// that depends on something hidden.
    public let isDecisive: Bool?
    /// What it reads.
    public let reads: [ExplainedRead]

    /// Whether it may not be told how it came out.
    public var isHidden: Bool {
        if case .hidden = outcome { true } else { false }
    }

    /// Whether it is as the policy needs it: nil when either truth may do, and when it may not be told.
    public var isMet: Bool? {
        guard let wanted else { return nil }
        return switch outcome {
        case .holds: wanted
        case .fails: !wanted
        case .failed: false
        case .hidden: nil
        }
    }
}
