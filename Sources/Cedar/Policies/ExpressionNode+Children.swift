// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ExpressionNode {
    /// The nodes it is made of, in the order in which they are written and evaluated.
    public func children(in expression: PolicyExpression) -> [NodeID] {
        switch self {
        case .literal, .variable: []
        case .not(let a), .negate(let a), .has(let a, _), .like(let a, _), .isType(let a, _), .attribute(let a, _),
            .isEmpty(let a):
            [a]
        case .comparison(_, let a, let b), .membership(let a, let b), .isTypeIn(let a, _, let b),
            .setOperation(_, let a, let b), .hasTag(let a, let b), .getTag(let a, let b):
            [a, b]
        case .conditional(let a, let b, let c): [a, b, c]
        case .and(let range), .or(let range), .sum(let range), .product(let range), .set(let range),
            .record(let range, _), .call(_, let range):
            Array(expression[range])
        }
    }
}
