// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar

/// Where one policy asks for remedies: only with literals that are known ones, and only so that more of them help.
struct MetUse {
    /// A remedy that is asked for, and where.
    struct Ask {
        let literal: String
        let position: SourcePosition
    }

    private let marked: MarkedPolicy
    private let expression: PolicyExpression
    private var places: [NodeID] = []
    private(set) var asked: [Ask] = []

    init(_ marked: MarkedPolicy) {
        self.marked = marked
        expression = marked.policy.expression
    }

    /// Finds what is asked for.
    ///
    /// - Throws: ``PolicyRefusal`` at the first use of `context.met` that is none of those, or may do harm.
    mutating func check() throws(PolicyRefusal) {
        // Nodes that are only part of what stands around them, so that no value of `context` or `met` gets any further.
        var taken: Set<NodeID> = []
        for id in expression.ids {
            switch expression[id] {
            case .setOperation(_, let met, _) where isMet(met): taken.insert(met)
            case .attribute(let base, _) where isContext(base), .has(let base, _) where isContext(base):
                taken.insert(base)
            default: break
            }
        }
        for id in expression.ids {
            switch expression[id] {
            case .variable(.context) where !taken.contains(id):
                throw refusal(id, "the whole context holds 'met'; name the attribute that is meant")
            case .attribute where isMet(id) && !taken.contains(id):
                throw refusal(id, "'met' is asked with contains, containsAll or containsAny, and nothing else")
            case .setOperation(let operation, let met, let argument) where isMet(met):
                places.append(id)
                asked += try literals(operation, argument)
            default: break
            }
        }
        try checkTogether()
        guard let (harm, place) = MetProof(marked.policy, asks: places).harm else { return }
        let isPermit = marked.policy.effect == .permit
        switch harm {
        case .turns:
            let what = isPermit ? "may stop the permit" : "may make the forbid hold"
            throw refusal(
                place,
                "a remedy that is met \(what) here; meeting more may only help: write permit ... when or forbid ... unless"
            )
        case .fails:
            throw refusal(
                place,
                "where this remedy is met something is evaluated that can fail (arithmetic, or an attribute of an entity "
                    + "that may not exist), and the \(marked.policy.effect.rawValue) with it; meeting more may only help: "
                    + "ask last what can fail"
            )
        }
    }

    /// Refuses a policy that needs more remedies than the engine looks for.
    private func checkTogether() throws(PolicyRefusal) {
        let needed = marked.policy.conditions.map { condition in
            let isGood = (marked.policy.effect == .permit) == (condition.kind == .when)
            return together(condition.root, isGood)
        }
        // Of a forbid one condition that does not hold is enough.
        let fewest =
            marked.policy.effect == .permit
            ? Set(needed.joined()).count : needed.filter { !$0.isEmpty }.map { Set($0).count }.min() ?? 0
        guard fewest > Judgement.offerLimit else { return }
        throw PolicyRefusal(
            "met",
            file: marked.file,
            marked.policy.position,
            policy: marked.policy.id.string,
            "it asks for \(fewest) remedies at once, and at most \(Judgement.offerLimit) are looked for: it is never met"
        )
    }

    /// The remedies without which a condition can't be true, or false; those that only several together are left out.
    private func together(_ root: NodeID, _ wanted: Bool) -> [String] {
        var literals: [String] = []
        var open = [(root, wanted)]
        while let (id, wanted) = open.popLast() {
            switch (expression[id], wanted) {
            case (.not(let operand), _): open.append((operand, !wanted))
            case (.and(let operands), true), (.or(let operands), false):
                open += expression[operands].map { ($0, wanted) }
            case (.setOperation(let operation, let met, let argument), true)
            where isMet(met) && operation != .containsAny:
                literals += (try? self.literals(operation, argument))?.map(\.literal) ?? []
            default: break
            }
        }
        return literals
    }

    /// What `context.met.contains("...")` or one of its kin asks for.
    private func literals(
        _ operation: ExpressionNode.SetOperation,
        _ argument: NodeID
    ) throws(PolicyRefusal) -> [Ask] {
        var literals = [argument]
        if operation != .contains, case .set(let elements) = expression[argument] {
            literals = Array(expression[elements])
        }
        var asked: [Ask] = []
        for literal in literals {
            guard case .literal(let index) = expression[literal], case .string(let text) = expression[literal: index]
            else { throw refusal(literal, "remedies are asked for as literals, so that they can be known ones") }
            guard Remedy(text.string) != nil else {
                throw refusal(literal, "unknown remedy '\(text.string)'; \(Remedy.forms)")
            }
            asked.append(Ask(literal: text.string, position: marked.policy.position(of: expression[span: literal])))
        }
        return asked
    }

    private func isContext(_ id: NodeID) -> Bool { expression[id] == .variable(.context) }

    private func isMet(_ id: NodeID) -> Bool {
        guard case .attribute(let base, let name) = expression[id] else { return false }
        return isContext(base) && expression[name: name] == "met"
    }

    private func refusal(_ id: NodeID, _ message: String) -> PolicyRefusal {
        PolicyRefusal(
            "met",
            file: marked.file,
            marked.policy.position(of: expression[span: id]),
            policy: marked.policy.id.string,
            message
        )
    }
}
