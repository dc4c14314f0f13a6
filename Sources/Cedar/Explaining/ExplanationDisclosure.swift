// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What of an explanation may be told to whom it is made for.
///
/// Two things are told apart: the data that the policies read (the caller's context, and what is known of entities) and
/// the policies themselves. What may be told is worked out from what may be seen, and from what was decided: which
/// policies apply, do not, or failed. Another hidden value with which all of them come out the same gives the same
/// explanation, byte for byte. Whether a clause that reads something hidden holds is therefore not told, nor what follows
/// from it: what was reached, what else is decisive, which facts would do.
public struct ExplanationDisclosure: Sendable {
    /// Whether the texts of policies may be shown, and what follows from them: clauses, constraints, required values.
    public var showsPolicies: Bool
    private let isShown: (@Sendable (Variable?, [Text]) -> Bool)?

    /// - Parameters:
    ///   - showsPolicies: Whether the texts of policies may be shown.
    ///   - isShown: Whether what stands at a path may be shown: the variable it begins with (nil for something
    ///     computed) and the names behind it. A record that holds something hidden must be hidden as a whole.
    public init(showsPolicies: Bool = true, isShown: @escaping @Sendable (Variable?, [Text]) -> Bool) {
        self.showsPolicies = showsPolicies
        self.isShown = isShown
    }

    private init() {
        showsPolicies = true
        isShown = nil
    }

    /// Everything.
    public static let all = ExplanationDisclosure()

    /// The policies and what can be reached from these variables.
    public static func only(_ variables: Set<Variable>) -> ExplanationDisclosure {
        ExplanationDisclosure { variable, _ in variable.map(variables.contains) ?? false }
    }

    /// Whether all data may be shown.
    var showsAllData: Bool { isShown == nil }

    func shows(_ variable: Variable?, _ path: [Text]) -> Bool { isShown?(variable, path) ?? true }

    /// Whether everything that a clause reads may be shown.
    func shows(_ clause: ClausePlan.Clause, of plan: ClausePlan) -> Bool {
        guard let isShown else { return true }
        return !clause.readsElse && plan.reads[clause.reads.range].allSatisfy { isShown($0.variable, $0.path) }
    }

    /// Whether everything that a policy's conditions read may be shown.
    func shows(_ plan: ClausePlan) -> Bool {
        showsAllData || plan.clauses.allSatisfy { shows($0, of: plan) }
    }

    /// Whether a fact may be shown.
    func shows(_ fact: Fact) -> Bool { showsPolicies && shows(fact.root, fact.path) }
}
