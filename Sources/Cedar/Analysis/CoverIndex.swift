// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Finds, among many policies, one that is satisfied wherever a given one is.
struct CoverIndex {
    /// Where a policy is looked for: by its effect, its scope and one of its clauses.
    private struct Key: Hashable {
        let effect: Effect
        let principal: EntityConstraint
        let action: ActionConstraint
        let resource: EntityConstraint
        let clause: PolicyClauses.Clause?
    }

    private let clauses: [PolicyClauses]
    private let cover: ScopeCover
    private var places: [Key: [Int]] = [:]

    /// An index of the policies that are not dead.
    init(_ clauses: [PolicyClauses], _ effects: [Effect], isDead: [Bool], _ cover: ScopeCover) {
        self.clauses = clauses
        self.cover = cover
        var counts: [PolicyClauses.Clause: Int] = [:]
        for own in clauses { for clause in own.clauses { counts[clause, default: 0] += 1 } }
        for (index, own) in clauses.enumerated() where !isDead[index] {
            // Under its rarest clause: whoever is covered by it has that clause, too.
            let rarest = own.clauses.min { counts[$0] ?? 0 < counts[$1] ?? 0 }
            for part in cover.parts(of: own.scope.action) {
                let key = Key(
                    effect: effects[index],
                    principal: own.scope.principal,
                    action: part,
                    resource: own.scope.resource,
                    clause: rarest
                )
                places[key, default: []].append(index)
            }
        }
    }

    /// The first other policy of this effect that is satisfied wherever the one at `index` is; nil when none is known to
    /// be.
    func first(covering index: Int, by effect: Effect) -> Int? {
        let own = clauses[index]
        let candidates: [PolicyClauses.Clause?] = [nil] + own.clauses.map { $0 }
        var found: Int?
        for principal in cover.wider(than: own.scope.principal) {
            for resource in cover.wider(than: own.scope.resource) {
                for action in cover.wider(than: own.scope.action) {
                    for clause in candidates {
                        let key = Key(
                            effect: effect,
                            principal: principal,
                            action: action,
                            resource: resource,
                            clause: clause
                        )
                        let other = places[key]?.first { $0 != index && $0 < found ?? .max && covers(index, by: $0) }
                        if let other { found = other }
                    }
                }
            }
        }
        return found
    }

    /// Whether the policy at `other` is satisfied wherever the one at `index` is.
    func covers(_ index: Int, by other: Int) -> Bool {
        let (narrow, wide) = (clauses[index], clauses[other])
        return wide.set.isSubset(of: narrow.set)
            && cover.wider(than: narrow.scope.principal).contains(wide.scope.principal)
            && cover.wider(than: narrow.scope.resource).contains(wide.scope.resource)
            && cover.covers(wide.scope.action, narrow.scope.action)
    }
}
