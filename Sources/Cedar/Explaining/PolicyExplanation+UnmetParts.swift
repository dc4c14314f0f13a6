// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyExplanation {
    /// A part of the conditions that is not as it must be, as large as it has to be to say so: of `A && B` the parts
    /// that do not hold, of `A || B` the whole.
    struct UnmetPart {
        let node: NodeID
        let wanted: Bool
        let outcome: ExplainedClause.Outcome
        let reads: [ExplainedRead]
    }

    /// Those of all conditions, in source order; none of which it may not be told.
    var unmetParts: [UnmetPart] {
        var parts: [UnmetPart] = []
        for (condition, form) in zip(policy.conditions, plan.conditions).reversed() {
            var pending: [(form: Int32, wanted: Bool)] = [(form, condition.kind == .when)]
            while let (form, wanted) = pending.popLast() {
                let truth = marks[Int(form)].truth
                guard truth != ClauseMark.Truth(wanted), truth != .hidden else { continue }
                switch plan.forms[Int(form)] {
                case .not(let inner): pending.append((inner, !wanted))
                case .all(let inner) where wanted, .any(let inner) where !wanted:
                    for part in plan.parts[inner.range] { pending.append((part, wanted)) }
                case _ where marks[Int(form)].isHidden: break
                default: parts.append(unmetPart(form, wanted))
                }
            }
        }
        return parts.reversed()
    }

    private func unmetPart(_ root: Int32, _ wanted: Bool) -> UnmetPart {
        var reads: [ExplainedRead] = []
        var outcome = ExplainedClause.Outcome.fails
        var pending = [root]
        while let form = pending.popLast() {
            switch plan.forms[Int(form)] {
            case .clause(let place):
                let clause = clause(place)
                if case .failed = clause.outcome { outcome = clause.outcome }
                for read in clause.reads where !reads.contains(where: { $0.name == read.name }) { reads.append(read) }
            case .not(let inner): pending.append(inner)
            case .all(let parts), .any(let parts): pending += plan.parts[parts.range].reversed()
            case .choose(let condition, let consequence, let alternative):
                pending += [alternative, consequence, condition]
            }
            // More than anybody reads.
            if reads.count > 16 { break }
        }
        return UnmetPart(node: plan.nodes[Int(root)], wanted: wanted, outcome: outcome, reads: reads)
    }
}
