// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What has to be true for a policy to be satisfied: its scope, and every one of its clauses.
///
/// Cedar's semantics make this exact. A policy is satisfied when its scope matches, every `when` is true and every
/// `unless` is false; `a && b` is true when both are, `a || b` false when both are, and what fails is neither. So the order
/// of clauses, and which of them would fail, says nothing about when all of them are true.
struct PolicyClauses {
    /// An expression that has to be true or, negated, false.
    struct Clause: Hashable {
        let number: Int
        let isNegated: Bool
    }

    let scope: Scope
    /// Each once, in source order.
    let clauses: [Clause]
    /// The same, to be looked up.
    let set: Set<Clause>
    /// What the clauses read.
    let variables: ClauseTable.Variables

    init(_ policy: Policy, _ table: inout ClauseTable) {
        scope = policy.scope
        let numbers = table.numbers(of: policy.expression)
        var open: [Clause] = policy.conditions.reversed().map {
            Clause(number: numbers[$0.root.index], isNegated: $0.kind == .unless)
        }
        var clauses: [Clause] = []
        var set: Set<Clause> = []
        var variables: ClauseTable.Variables = []
        while let clause = open.popLast() {
            switch (table.shapes[clause.number], clause.isNegated) {
            case (.not(let operand), let isNegated): open.append(Clause(number: operand, isNegated: !isNegated))
            case (.other(.and, let parts, _), false), (.other(.or, let parts, _), true):
                open += parts.reversed().map { Clause(number: $0, isNegated: clause.isNegated) }
            case (.literal(.bool(true)), false), (.literal(.bool(false)), true): break
            case (.less(let left, let right), true):
                open.append(Clause(number: table.number(.lessOrEqual(right, left)), isNegated: false))
            case (.lessOrEqual(let left, let right), true):
                open.append(Clause(number: table.number(.less(right, left)), isNegated: false))
            default:
                guard set.insert(clause).inserted else { continue }
                clauses.append(clause)
                variables.formUnion(table.variables[clause.number])
            }
        }
        self.clauses = clauses
        self.set = set
        self.variables = variables
    }
}
