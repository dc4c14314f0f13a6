// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is left of a policy: a scope and conditions. A policy is made of it only when somebody wants one.
struct PolicyRemainder: Sendable {
    let scope: Scope
    let conditions: [Condition]
    /// The nodes of the conditions, and some that were needed on the way.
    let expression: PolicyExpression

    /// Nothing: a policy that is satisfied.
    static let nothing = PolicyRemainder(
        scope: Scope(principal: .any, action: .any, resource: .any),
        conditions: [],
        expression: PolicyExpression()
    )

    /// What is left of `policy`, as a policy.
    func policy(of policy: Policy) -> Policy {
        var pruned = ExpressionBuilder(maximumDepth: .max)
        var copies = [NodeID?](repeating: nil, count: expression.nodes.count)
        let conditions = conditions.map { condition in
            let root = pruned.copy(treeAt: condition.root, of: expression, copies: &copies)
            return Condition(kind: condition.kind, root: root, span: condition.span)
        }
        let body = PolicyBody(
            effect: policy.effect,
            annotations: policy.annotations,
            scope: scope,
            conditions: conditions,
            expression: pruned.expression,
            source: policy.source,
            position: policy.position
        )
        return Policy(id: policy.id, body: body)
    }
}
