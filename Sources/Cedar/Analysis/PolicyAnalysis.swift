// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the texts of policies say about each other, whatever the requests and entities are: proofs by structure.
///
/// Nothing is guessed. What is found is so; what is not found may still be so, for two conditions that are written
/// differently are taken for different.
public struct PolicyAnalysis: Sendable {
    /// One thing that was found.
    public struct Finding: Sendable, Equatable {
        /// What was found.
        public enum Kind: String, Sendable, CaseIterable {
            /// No request can satisfy the policy.
            case neverMatches = "never_matches"
            /// Another policy of the same effect says the same.
            case duplicate
            /// Another policy of the same effect is satisfied wherever this one is.
            case shadowed
            /// A `forbid` is satisfied wherever this `permit` is.
            case contradicted
            /// The `permit` does not say who may.
            case overBroad = "over_broad"
        }

        /// What was found.
        public let kind: Kind
        /// The place of the policy in what was analysed.
        public let policy: Int
        /// The place of the policy that is to blame; nil when none is.
        public let other: Int?
        /// Why, in a few words.
        public let reason: String
    }

    /// What was found, in the order of the policies.
    public let findings: [Finding]

    /// Analyses policies that decide together; templates are left out.
    ///
    /// Near-linear in their number: each looks for those that could cover it by the scopes that are wider than its own
    /// and by one of its clauses.
    ///
    /// - Parameters:
    ///   - policies: The policies.
    ///   - ancestors: The groups an action is in, over any number of steps.
    public init(_ policies: [Policy], ancestors: @escaping (EntityUID) -> Set<EntityUID> = { _ in [] }) {
        var table = ClauseTable()
        let clauses = policies.map { PolicyClauses($0, &table) }
        var findings: [Finding] = []
        var isDead = policies.map(\.isTemplate)
        for (index, own) in clauses.enumerated() where !isDead[index] {
            guard let reason = own.contradiction(table) else { continue }
            isDead[index] = true
            findings.append(Finding(kind: .neverMatches, policy: index, other: nil, reason: reason))
        }
        let known = CoverIndex(clauses, policies.map(\.effect), isDead: isDead, ScopeCover(ancestors: ancestors))
        for (index, policy) in policies.enumerated() where !isDead[index] {
            if policy.effect == .permit {
                if let other = known.first(covering: index, by: .forbid) {
                    findings.append(
                        Finding(kind: .contradicted, policy: index, other: other, reason: "a forbid always holds, too")
                    )
                }
                if let reason = clauses[index].breadth {
                    findings.append(Finding(kind: .overBroad, policy: index, other: nil, reason: reason))
                }
            }
            if let other = known.first(covering: index, by: policy.effect) {
                let isSame = known.covers(other, by: index)
                // Of two that say the same the later one is told of.
                if isSame, other > index { continue }
                findings.append(
                    Finding(
                        kind: isSame ? .duplicate : .shadowed,
                        policy: index,
                        other: other,
                        reason: isSame ? "it says the same" : "it holds wherever this one does"
                    )
                )
            }
        }
        self.findings = findings.sorted { ($0.policy, $0.kind.rawValue) < ($1.policy, $1.kind.rawValue) }
    }
}

extension PolicyClauses {
    /// Why a permit of this shape lets in anybody; nil when it says who.
    fileprivate var breadth: String? {
        guard scope.principal == .any, variables.isDisjoint(with: [.principal, .context]) else { return nil }
        let isAll = scope.action == .any && scope.resource == .any && clauses.isEmpty
        return isAll ? "it permits everything to everybody" : "it does not say who may"
    }
}
