// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What partial evaluation makes of one node.
enum PartialResult: Sendable {
    /// The value is known.
    case value(Value)
    /// Evaluation is sure to fail, and in this way.
    case failure(EvaluationError)
    /// An expression is left over.
    case residue(PartialResidue)

    /// What may come of it.
    var outcomes: PartialOutcomes {
        switch self {
        case .value(.bool(true)): .yes
        case .value(.bool(false)): .no
        case .value: .other
        case .failure: .failure
        case .residue(let residue): residue.outcomes
        }
    }

    /// The shape of the value, when there is one.
    var shape: PartialShape {
        switch self {
        case .value(let value): PartialShape(of: value)
        case .failure: .any
        case .residue(let residue): residue.shape
        }
    }

    /// Whether it may fail.
    var mayFail: Bool { outcomes.contains(.failure) }

    /// The value, when it is known.
    var value: Value? {
        if case .value(let value) = self { return value }
        return nil
    }
}

/// An expression that is left over.
struct PartialResidue: Sendable {
    /// The node of the residual expression.
    let node: NodeID
    /// What its value looks like.
    let shape: PartialShape
    /// What may come of it.
    let outcomes: PartialOutcomes
}
