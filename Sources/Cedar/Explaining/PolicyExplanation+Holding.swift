// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyExplanation {
    /// Whether all conditions might hold if some clauses came out otherwise, or failed; true where that is not known.
    func mayHold(otherThan isOpen: (ClausePlan.Clause) -> Bool) -> Bool {
        var may: [TruthValues] = []
        may.reserveCapacity(plan.forms.count)
        // Forms stand behind their parts.
        for form in plan.forms.indices {
            switch plan.forms[form] {
            case .clause(let clause):
                switch marks[form].truth {
                case _ where isOpen(plan.clauses[Int(clause)]): may.append([.yes, .no])
                case .yes: may.append(.yes)
                case .no: may.append(.no)
                case .failed: may.append([])
                case .hidden: may.append([.yes, .no])
                }
            case .not(let inner): may.append(may[Int(inner)].negated)
            case .all(let parts): may.append(Self.may(parts, agree: .yes, plan, may))
            case .any(let parts): may.append(Self.may(parts, agree: .no, plan, may))
            case .choose(let condition, let consequence, let alternative):
                var truths: TruthValues = []
                if may[Int(condition)].contains(.yes) { truths.formUnion(may[Int(consequence)]) }
                if may[Int(condition)].contains(.no) { truths.formUnion(may[Int(alternative)]) }
                may.append(truths)
            }
        }
        return zip(policy.conditions, plan.conditions).allSatisfy { condition, form in
            may[Int(form)].contains(condition.kind == .when ? .yes : .no)
        }
    }

    // All agree, or one does not after others that did.
    private static func may(
        _ parts: OperandRange,
        agree unanimous: TruthValues,
        _ plan: ClausePlan,
        _ may: [TruthValues]
    ) -> TruthValues {
        var truths: TruthValues = []
        for part in plan.parts[parts.range] {
            truths.formUnion(may[Int(part)].intersection(unanimous.negated))
            guard may[Int(part)].contains(unanimous) else { return truths }
        }
        return truths.union(unanimous)
    }
}
