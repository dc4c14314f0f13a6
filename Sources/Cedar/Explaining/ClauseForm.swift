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
