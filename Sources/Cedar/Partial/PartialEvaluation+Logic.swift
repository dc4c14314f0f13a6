// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PartialEvaluation {
    /// `!a`.
    mutating func not(_ a: NodeID, _ id: NodeID) -> PartialResult {
        switch result(a) {
        case .value(.bool(let value)): .value(.bool(!value))
        case .value(let value): mismatch(.bool, found: value, id)
        case .failure: result(a)
        case .residue(let residue): self.residue(id, .bool, residue.outcomes.negated)
        }
    }

    /// `a && b && ...`, settled by the first `false`, or `a || b || ...`, by the first `true`.
    ///
    /// An operand that cannot settle it and cannot fail is dropped. One that settles it ends the chain, but stands in
    /// for the whole only when what is before it can neither fail nor be anything but a Bool.
    mutating func chain(_ range: OperandRange, settledBy settling: Bool, _ id: NodeID) -> PartialResult {
        let settled: PartialOutcomes = settling ? .yes : .no
        let open: PartialOutcomes = settling ? .no : .yes
        var kept: [NodeID] = []
        var outcomes = open
        for operand in expression[range] {
            let next = result(operand).outcomes
            if next == open { continue }
            if kept.isEmpty {
                switch result(operand) {
                case .value(.bool(let value)): return .value(.bool(value))
                case .value(let value): return mismatch(.bool, found: value, operand)
                case .failure: return result(operand)
                case .residue: break
                }
            }
            kept.append(operand)
            // The whole is open only if this operand leaves it open too; what settles it or fails adds up.
            outcomes.remove(open)
            outcomes.formUnion(next.intersection([settled, open, .failure]))
            outcomes = outcomes.failing(when: next.contains(.other))
            if !next.contains(open) { break }
        }
        guard let first = kept.first else { return .value(.bool(!settling)) }
        if let certain = outcomes.certainty { return .value(.bool(certain)) }
        if kept.count == 1, result(first).shape == .bool { return result(first) }
        var nodes: [NodeID] = []
        for operand in kept { nodes.append(emit(operand)) }
        // Alone, an operand would not be asked to be a Bool.
        if nodes.count == 1 { nodes.append(builder.literal(.bool(!settling), expression[span: id])) }
        let operands = builder.operands(nodes)
        return residue(id, as: settling ? .or(operands) : .and(operands), .bool, outcomes)
    }

    /// `if a then b else c`.
    mutating func conditional(_ a: NodeID, _ b: NodeID, _ c: NodeID, _ id: NodeID) -> PartialResult {
        switch result(a) {
        case .value(.bool(let value)): return result(value ? b : c)
        case .value(let value): return mismatch(.bool, found: value, id)
        case .failure: return result(a)
        case .residue(let condition):
            if condition.outcomes == .bool, let value = result(b).value, value == result(c).value {
                return .value(value)
            }
            var outcomes: PartialOutcomes = []
            if condition.outcomes.contains(.yes) { outcomes.formUnion(result(b).outcomes) }
            if condition.outcomes.contains(.no) { outcomes.formUnion(result(c).outcomes) }
            return residue(id, shape(b, or: c), outcomes.failing(when: !condition.outcomes.isBool))
        }
    }

    // A branch that only fails has no shape.
    private func shape(_ b: NodeID, or c: NodeID) -> PartialShape {
        switch (result(b), result(c)) {
        case (.failure, let other), (let other, .failure): other.shape
        case (let left, let right): left.shape.union(right.shape)
        }
    }
}
