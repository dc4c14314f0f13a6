// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How the clauses of a condition are put together: the Boolean skeleton of its expression.
///
/// Only what Cedar evaluates in steps is skeleton: `&&`, `||`, `!` and `if`. Everything below is one clause. Counts are
/// places in ``ClausePlan/forms``, where parts stand before what they are part of.
enum ClauseForm: Sendable {
    /// The clause at a place in ``ClausePlan/clauses``.
    case clause(Int32)
    case not(Int32)
    /// `&&`: the parts, as places in ``ClausePlan/parts``.
    case all(OperandRange)
    /// `||`.
    case any(OperandRange)
    case choose(Int32, Int32, Int32)
}

extension ClauseForm {
    /// The truth of a form, by how the clauses came out and by the truth of its parts.
    @inline(__always)
    func truth(
        _ plan: ClausePlan,
        _ clauses: ArraySlice<ClauseMark.Truth>,
        _ truth: (Int32) -> ClauseMark.Truth
    ) -> ClauseMark.Truth {
        switch self {
        case .clause(let clause): return clauses[clauses.startIndex + Int(clause)]
        case .not(let inner): return truth(inner).negated
        case .all(let parts):
            for part in parts.range where truth(plan.parts[part]) != .yes { return truth(plan.parts[part]) }
            return .yes
        case .any(let parts):
            for part in parts.range where truth(plan.parts[part]) != .no { return truth(plan.parts[part]) }
            return .no
        case .choose(let condition, let consequence, let alternative):
            switch truth(condition) {
            case .yes: return truth(consequence)
            case .no: return truth(alternative)
            case let unknown: return unknown
            }
        }
    }
}

/// Which truth values of an expression serve the policy.
struct TruthValues: OptionSet, Sendable {
    let rawValue: UInt8

    static let yes = TruthValues(rawValue: 1)
    static let no = TruthValues(rawValue: 2)

    /// The same of the expression that is negated.
    var negated: TruthValues {
        var negated: TruthValues = []
        if contains(.yes) { negated.insert(.no) }
        if contains(.no) { negated.insert(.yes) }
        return negated
    }
}
