// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What of an explanation may be shown to whom it is shown.
///
/// Two things are told apart: the data that the policies read (the caller's context, and what is known of entities) and
/// the policies themselves. Nothing hidden is shown in a round-about way: a fact that compares something shown with
/// something hidden is hidden, too, and so is the message of an error about it.
public struct ExplanationDisclosure: Sendable {
    /// Whether the texts of policies may be shown, and what follows from them: clauses, constraints, required values.
    public var showsPolicies: Bool
    private let isShown: @Sendable (Variable?, [Text]) -> Bool

    /// - Parameters:
    ///   - showsPolicies: Whether the texts of policies may be shown.
    ///   - isShown: Whether what stands at a path may be shown: the variable it begins with (nil for something
    ///     computed) and the names behind it.
    public init(showsPolicies: Bool = true, isShown: @escaping @Sendable (Variable?, [Text]) -> Bool) {
        self.showsPolicies = showsPolicies
        self.isShown = isShown
    }

    /// Everything.
    public static let all = ExplanationDisclosure { _, _ in true }

    /// The policies and what can be reached from these variables.
    public static func only(_ variables: Set<Variable>) -> ExplanationDisclosure {
        ExplanationDisclosure { variable, _ in variable.map(variables.contains) ?? false }
    }

    func shows(_ variable: Variable?, _ path: [Text]) -> Bool { isShown(variable, path) }

    /// Whether everything that a clause reads may be shown.
    func shows(_ reads: ArraySlice<ClausePlan.Read>) -> Bool {
        reads.allSatisfy { shows($0.variable, $0.path) }
    }

    /// Whether a fact may be shown: what it is about, and what the clauses read that ask for it.
    func shows(_ fact: Fact, in policies: PolicyList) -> Bool {
        guard showsPolicies, shows(fact.root, fact.path) else { return false }
        return fact.askedBy.allSatisfy { policy, clause in
            guard let clause, let policy = policies.policy(at: policy) else { return true }
            let plan = ClausePlan.of(policy.body)
            return shows(plan.reads[plan.clauses[Int(clause)].reads.range])
        }
    }
}
