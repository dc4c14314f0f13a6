// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How many clauses at least would have to come out otherwise for a form to be true, and to be false.
struct ClauseCost: Sendable {
    private var toHold: Int32
    private var toFail: Int32

    /// What the truth value `wanted` costs.
    subscript(wanted: Bool) -> Int32 { wanted ? toHold : toFail }

    // What cannot be had at all; small enough that sums of many do not overflow.
    private static let most: Int32 = 1 << 20

    /// How many clauses at least would have to come out otherwise for the conditions of a policy to hold.
    static func unmet(_ plan: ClausePlan, _ policy: PolicyBody, _ marks: [ClauseMark]) -> Int {
        var costs: [ClauseCost] = []
        costs.reserveCapacity(plan.forms.count)
        for form in plan.forms.indices { costs.append(cost(form, plan, marks, costs)) }
        var unmet = 0
        for (place, form) in plan.conditions.enumerated() {
            unmet += Int(costs[Int(form)][policy.conditions[place].kind == .when])
        }
        return unmet
    }

    private static func cost(
        _ form: Int,
        _ plan: ClausePlan,
        _ marks: [ClauseMark],
        _ costs: [ClauseCost]
    ) -> ClauseCost {
        let truth = marks[form].truth
        return switch plan.forms[form] {
        case .clause:
            ClauseCost(toHold: truth == .yes ? 0 : 1, toFail: truth == .no ? 0 : 1)
        case .not(let inner): ClauseCost(toHold: costs[Int(inner)].toFail, toFail: costs[Int(inner)].toHold)
        case .all(let parts):
            ClauseCost(toHold: sum(parts, true, plan, costs), toFail: least(parts, false, plan, marks, costs))
        case .any(let parts):
            ClauseCost(toHold: least(parts, true, plan, marks, costs), toFail: sum(parts, false, plan, costs))
        case .choose(let condition, let consequence, let alternative):
            ClauseCost(
                toHold: choice(condition, consequence, alternative, true, costs),
                toFail: choice(condition, consequence, alternative, false, costs)
            )
        }
    }

    private static func sum(_ parts: OperandRange, _ wanted: Bool, _ plan: ClausePlan, _ costs: [ClauseCost]) -> Int32 {
        var sum: Int32 = 0
        for part in parts.range { sum = min(most, sum + costs[Int(plan.parts[part])][wanted]) }
        return sum
    }

    private static func least(
        _ parts: OperandRange,
        _ wanted: Bool,
        _ plan: ClausePlan,
        _ marks: [ClauseMark],
        _ costs: [ClauseCost]
    ) -> Int32 {
        var least = most
        for part in plan.parts[parts.range] {
            least = min(least, costs[Int(part)][wanted])
            // What stands behind a part that fails is not evaluated, whatever it is.
            if marks[Int(part)].truth == .failed { break }
        }
        return least
    }

    private static func choice(
        _ condition: Int32,
        _ consequence: Int32,
        _ alternative: Int32,
        _ wanted: Bool,
        _ costs: [ClauseCost]
    ) -> Int32 {
        min(
            most,
            min(
                costs[Int(condition)].toHold + costs[Int(consequence)][wanted],
                costs[Int(condition)].toFail + costs[Int(alternative)][wanted]
            )
        )
    }
}
