// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicyExpression {
    /// The same nodes with every set, record and extension value that is made of literals alone replaced by a literal;
    /// the values are appended to `values`, which begins with ``literals``.
    ///
    /// So `ip("10.0.0.0/8")` is read once, not at each request. What would fail (a text that is no address) stays as it
    /// is and fails when it is evaluated, as the language demands.
    func folded(into values: inout [Value]) -> [ExpressionNode] {
        var folded = nodes
        for index in folded.indices {
            guard let value = constant(folded[index], in: folded, values) else { continue }
            folded[index] = .literal(TableIndex(values.count))
            values.append(value)
        }
        return folded
    }

    private func constant(_ node: ExpressionNode, in folded: [ExpressionNode], _ values: [Value]) -> Value? {
        switch node {
        case .set(let range):
            return constants(range, in: folded, values).map { .set(ValueSet($0)) }
        case .record(let range, let names):
            guard let members = constants(range, in: folded, values) else { return nil }
            return .record(Record(zip(self.names[names.index...], members)))
        case .call(let function, let range):
            guard let arguments = constants(range, in: folded, values), arguments.count == function.arity else {
                return nil
            }
            return try? function.apply(arguments[0], arguments.count > 1 ? arguments[1] : nil)
        default:
            return nil
        }
    }

    private func constants(_ range: OperandRange, in folded: [ExpressionNode], _ values: [Value]) -> [Value]? {
        var constants: [Value] = []
        for operand in operands[range.range] {
            guard case .literal(let index) = folded[operand.index] else { return nil }
            constants.append(values[index.index])
        }
        return constants
    }
}
