// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The truth of a form, and how many clauses at least would have to come out otherwise for it to be true, and to be false.
struct ClauseCost: BitwiseCopyable {
    private let truth: ClauseMark.Truth
    private var toHold: Int32 = 0
    private var toFail: Int32 = 0

    /// What the truth value `wanted` costs.
    private subscript(wanted: Bool) -> Int32 { wanted ? toHold : toFail }

    // What cannot be had at all; small enough that sums of many do not overflow.
    private static let most: Int32 = 1 << 20

    /// How many clauses at least would have to come out otherwise for the conditions of a policy to hold; 0 when they do.
    ///
    /// - Parameters:
    ///   - truths: How its clauses came out.
    ///   - costs: Room to work in, whatever it holds.
    static func unmet(
        _ plan: ClausePlan,
        _ policy: PolicyBody,
        _ truths: ArraySlice<ClauseMark.Truth>,
        _ costs: inout [ClauseCost]
    ) -> Int {
        costs.removeAll(keepingCapacity: true)
        for form in plan.forms.indices {
            let truth = plan.forms[form].truth(plan, truths) { costs[Int($0)].truth }
            costs.append(ClauseCost(plan.forms[form], truth, plan, costs))
        }
        var unmet = 0
        for place in plan.conditions.indices {
            unmet += Int(costs[Int(plan.conditions[place])][policy.conditions[place].kind == .when])
        }
        return unmet
    }

    private init(_ form: ClauseForm, _ truth: ClauseMark.Truth, _ plan: ClausePlan, _ costs: [ClauseCost]) {
        self.truth = truth
        switch form {
        case .clause:
            // What is hidden may be as it must be.
            toHold = truth == .yes || truth == .hidden ? 0 : 1
            toFail = truth == .no || truth == .hidden ? 0 : 1
        case .not(let inner):
            toHold = costs[Int(inner)].toFail
            toFail = costs[Int(inner)].toHold
        case .all(let parts):
            toHold = Self.sum(parts, true, plan, costs)
            toFail = Self.least(parts, false, plan, costs)
        case .any(let parts):
            toHold = Self.least(parts, true, plan, costs)
            toFail = Self.sum(parts, false, plan, costs)
        case .choose(let condition, let consequence, let alternative):
            toHold = Self.choice(condition, consequence, alternative, true, costs)
            toFail = Self.choice(condition, consequence, alternative, false, costs)
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
        _ costs: [ClauseCost]
    ) -> Int32 {
        var least = most
        var before: Int32 = 0
        for part in plan.parts[parts.range] {
            least = min(least, min(most, before + costs[Int(part)][wanted]))
            // What stands behind a part that fails is evaluated only when that part has a truth.
            if costs[Int(part)].truth == .failed { before = min(most, before + costs[Int(part)][!wanted]) }
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
