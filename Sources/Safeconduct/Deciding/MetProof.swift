// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar

/// What becomes of one policy when more remedies are met: the proof that this can only help.
///
/// Every node of its expression is given the pairs of outcomes that it may have, from the inside to the outside. The
/// policy is one that strict validation takes, so what may fail is arithmetic, and asking something of an entity that may not
/// be there; nothing else does.
struct MetProof {
    private let policy: Policy
    private let expression: PolicyExpression
    /// Where remedies are asked for.
    private let asks: [NodeID]

    /// - Parameter asks: Where the policy asks for remedies; what else it makes of `context.met` is refused before.
    init(_ policy: Policy, asks: [NodeID]) {
        self.policy = policy
        expression = policy.expression
        self.asks = asks
    }

    /// What more remedies do to a policy that is worse than nothing.
    enum Harm {
        /// A permit does not hold any more, or a forbid does.
        case turns
        /// It fails.
        case fails
    }

    /// What more remedies may do, and a place where a remedy does it; nil when they can only help.
    var harm: (kind: Harm, at: NodeID)? {
        guard let first = asks.first, let kind = harm(Set(asks)) else { return nil }
        // Of a policy that asks for hundreds not every place is tried.
        for ask in asks.prefix(64) {
            if let kind = harm([ask]) { return (kind, ask) }
        }
        return (kind, first)
    }

    /// Whether the policy may fail.
    var mayFail: Bool { outcomes(varying: []).mayFail }

    private func harm(_ varying: Set<NodeID>) -> Harm? {
        let found = outcomes(varying: varying)
        func may(_ pairs: MetOutcomes) -> Bool { !found.isDisjoint(with: pairs) }
        switch policy.effect {
        case .permit:
            // One that fails permits as little as one that does not hold.
            if may(MetOutcomes(.yes, .no)) { return .turns }
            return may(MetOutcomes(.yes, .fails)) ? .fails : nil
        case .forbid:
            // One that fails stops what is elevated, so it is between the two.
            if may([MetOutcomes(.no, .yes), MetOutcomes(.fails, .yes)]) { return .turns }
            return may(MetOutcomes(.no, .fails)) ? .fails : nil
        }
    }

    /// What the whole policy comes to where its scope matches.
    private func outcomes(varying: Set<NodeID>) -> MetOutcomes {
        let all = all(varying)
        return policy.conditions.reduce(.alwaysTrue) { whole, condition in
            let own = all[condition.root.index]
            return whole.and(condition.kind == .when ? own : own.negated)
        }
    }

    /// What each node comes to; of what is no truth value only whether it may fail and whether it stays the same.
    private func all(_ varying: Set<NodeID>) -> [MetOutcomes] {
        var all: [MetOutcomes] = []
        all.reserveCapacity(expression.nodes.count)
        let asks = Set(asks)
        // Children stand before their parents.
        for id in expression.ids {
            if asks.contains(id) {
                all.append(varying.contains(id) ? .asked : .fixed)
            } else {
                all.append(outcomes(of: expression[id], all))
            }
        }
        return all
    }

    /// What a node comes to, given what those before it do.
    private func outcomes(of node: ExpressionNode, _ all: [MetOutcomes]) -> MetOutcomes {
        switch node {
        case .literal(let literal):
            switch expression[literal: literal] {
            case .bool(let flag): return flag ? .alwaysTrue : .alwaysFalse
            default: return .fixed
            }
        case .not(let operand): return all[operand.index].negated
        case .and(let operands): return expression[operands].reduce(.alwaysTrue) { $0.and(all[$1.index]) }
        case .or(let operands): return expression[operands].reduce(.alwaysFalse) { $0.or(all[$1.index]) }
        case .conditional(let test, let yes, let no):
            return all[test.index].choosing(all[yes.index], all[no.index])
        default:
            let parts = node.children(in: expression).map { all[$0.index] }
            guard parts.allSatisfy(\.isFixed) else { return .anything }
            return mayFail(node) || parts.contains(where: \.mayFail) ? .fixedOrFailing : .fixed
        }
    }

    /// Whether a node may fail whose operands do not.
    private func mayFail(_ node: ExpressionNode) -> Bool {
        switch node {
        case .sum, .product, .negate, .getTag: true
        case .attribute(let base, _): !isSurelyThere(base)
        case .call(let function, let operands):
            switch function {
            case .offset, .durationSince, .toDate: true
            // A literal that is none of the kind is an error of validation.
            case .decimal, .ip, .datetime, .duration:
                !expression[operands].allSatisfy { if case .literal = expression[$0] { true } else { false } }
            default: false
            }
        default: false
        }
    }

    /// Whether something is an entity or a record that is there in every request: then it has what its type says.
    private func isSurelyThere(_ id: NodeID) -> Bool {
        switch expression[id] {
        case .variable: return true
        case .attribute(let base, let name):
            // What the engine knows are records all the way. A request's attribute may be an entity that nobody knows.
            guard case .attribute = expression[base] else {
                return expression[base] == .variable(.context) && expression[name: name] != "met"
            }
            return isSurelyThere(base) && !isRequest(base)
        default: return false
        }
    }

    private func isRequest(_ id: NodeID) -> Bool {
        guard case .attribute(let base, let name) = expression[id] else { return false }
        return expression[base] == .variable(.context) && expression[name: name] == "request"
    }
}
