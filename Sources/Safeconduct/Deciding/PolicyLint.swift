// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON

/// What is checked of policies when they are activated, beyond that they parse: that every remedy they ask for is a
/// known one, and that meeting more remedies can only help.
///
/// The second is a proof by shape: `context.met` is only asked with literals, and only where a true answer can make a
/// `permit` true or a `forbid` false. What a policy does when it *fails* is beyond it; such a policy is counted.
enum PolicyLint {
    /// The warnings that a policy's author can say to be meant, with `@lint("allow: ...")`.
    static let allowable = PolicyAnalysis.Finding.Kind.allCases.map(\.rawValue) + ["untested", "unoffered", "unasked"]

    /// All that is wrong or odd, file by file.
    static func findings(in policies: CompiledPolicies) -> [PolicyFinding] {
        var asked: [(literal: String, marked: MarkedPolicy, position: SourcePosition)] = []
        var findings: [PolicyFinding] = []
        for marked in policies.all {
            var use = MetUse(marked)
            do throws(PolicyRefusal) { try use.check() } catch { findings.append(PolicyFinding(error)) }
            asked += use.asked.map { ($0.literal, marked, $0.position) }
        }
        let offered = Set(policies.all.flatMap { $0.marks.remedies.map(\.description) })
        let wanted = Set(asked.map(\.literal))
        for ask in asked where !offered.contains(ask.literal) && !ask.marked.marks.allowed.contains("unoffered") {
            findings.append(
                PolicyFinding(
                    "unoffered",
                    ask.marked,
                    at: ask.position,
                    "no policy offers '\(ask.literal)' with @remedy: it is never met"
                )
            )
        }
        for marked in policies.all {
            for remedy in marked.marks.remedies
            where !wanted.contains(remedy.description) && !marked.marks.allowed.contains("unasked") {
                findings.append(
                    PolicyFinding(
                        "unasked",
                        marked,
                        "no policy asks whether '\(remedy)' is met: offering it changes nothing"
                    )
                )
            }
            for annotation in marked.policy.annotations where !PolicyMarks.names.contains(annotation.key.string) {
                guard let near = nearestName(to: annotation.key.string, among: PolicyMarks.names) else { continue }
                findings.append(
                    PolicyFinding(
                        "annotation",
                        marked,
                        "the annotation '@\(annotation.key.string)' means nothing here; did you mean '@\(near)'?"
                    )
                )
            }
        }
        return findings + analysis(of: policies)
    }

    /// What the policies' texts say about each other. Those in shadow mode decide nothing, so they cover nothing.
    private static func analysis(of policies: CompiledPolicies) -> [PolicyFinding] {
        let enforced = policies.all.filter { !$0.marks.isShadow }
        let call: Set<EntityUID> = Set(EntityUID(type: "Action", id: "call").map { [$0] } ?? [])
        let analysis = PolicyAnalysis(enforced.map(\.policy)) { action in
            // Reading and writing are calls; commands are the group of everything but reading.
            action.id == "read" || action.id == "write" ? call : []
        }
        return analysis.findings.compactMap { found -> PolicyFinding? in
            let marked = enforced[found.policy]
            if marked.marks.allowed.contains(found.kind.rawValue) { return nil }
            let other = found.other.map { enforced[$0] }
            // A policy that alerts somebody is not idle, whatever covers it.
            let isCovered = found.kind == .shadowed || found.kind == .duplicate
            if isCovered, !marked.marks.alerts.isEmpty, other?.marks.alerts != marked.marks.alerts { return nil }
            let place = other.map { other in
                let position = other.policy.position
                return "'\(other.policy.id.string)' (\(other.file):\(position.line):\(position.column))"
            }
            return PolicyFinding(
                found.kind.rawValue,
                marked,
                message(found, marked, place ?? ""),
                help: help(found.kind)
            )
        }
    }

    private static func message(_ found: PolicyAnalysis.Finding, _ marked: MarkedPolicy, _ other: String) -> String {
        let effect = marked.policy.effect.rawValue
        return switch found.kind {
        case .neverMatches: "this \(effect) never holds: \(found.reason)"
        case .duplicate: "\(other) says the same"
        case .shadowed: "this \(effect) changes nothing: \(other) holds wherever it does"
        case .contradicted: "this permit lets nothing through: \(other) forbids all of it"
        case .overBroad: "this permit is broad: \(found.reason)"
        }
    }

    private static func help(_ kind: PolicyAnalysis.Finding.Kind) -> String {
        let known = "if it is meant, say @lint(\"allow: \(kind.rawValue)\")"
        return switch kind {
        case .neverMatches: "remove it, or mend the condition that can't be true"
        case .duplicate, .shadowed: "remove one of the two; \(known)"
        case .contradicted: "remove it, or give the forbid an unless"
        case .overBroad: "name the principal in the scope or in a condition; \(known)"
        }
    }
}

/// Where one policy asks for remedies, and whether each place only helps.
private struct MetUse {
    /// What becomes of the policy when an expression turns true.
    private enum Effect {
        /// Nothing worse: a permit that holds, a forbid that does not.
        case helps
        /// A permit that fails to hold, or a forbid that holds.
        case hurts
        /// Either.
        case either

        var flipped: Effect {
            switch self {
            case .helps: .hurts
            case .hurts: .helps
            case .either: .either
            }
        }
    }

    private let marked: MarkedPolicy
    private let expression: PolicyExpression
    private(set) var asked: [(literal: String, position: SourcePosition)] = []

    init(_ marked: MarkedPolicy) {
        self.marked = marked
        expression = marked.policy.expression
    }

    mutating func check() throws(PolicyRefusal) {
        for condition in marked.policy.conditions {
            let isGood = (marked.policy.effect == .permit) == (condition.kind == .when)
            try visit(condition.root, isGood ? .helps : .hurts)
        }
    }

    private mutating func visit(_ id: NodeID, _ effect: Effect) throws(PolicyRefusal) {
        switch expression[id] {
        case .literal: return
        case .variable(let variable):
            guard variable != .context else {
                throw refusal(id, "the whole context holds 'met'; name the attribute that is meant")
            }
        case .not(let operand): try visit(operand, effect.flipped)
        case .and(let operands), .or(let operands):
            for operand in expression[operands] { try visit(operand, effect) }
        case .conditional(let test, let yes, let no):
            try visit(test, .either)
            try visit(yes, effect)
            try visit(no, effect)
        case .setOperation(let operation, let left, let right) where isMet(left):
            try ask(operation, right, at: id, effect)
        case .attribute(let base, let name) where isContext(base):
            guard expression[name: name] != "met" else {
                throw refusal(id, "'met' is asked with contains, containsAll or containsAny, and nothing else")
            }
        case .has(let base, _) where isContext(base): return
        case .attribute(let operand, _), .negate(let operand), .has(let operand, _), .like(let operand, _),
            .isType(let operand, _), .isEmpty(let operand):
            try visit(operand, .either)
        case .sum(let operands), .product(let operands), .set(let operands), .record(let operands, _),
            .call(_, let operands):
            for operand in expression[operands] { try visit(operand, .either) }
        case .comparison(_, let left, let right), .membership(let left, let right), .isTypeIn(let left, _, let right),
            .setOperation(_, let left, let right), .hasTag(let left, let right), .getTag(let left, let right):
            try visit(left, .either)
            try visit(right, .either)
        }
    }

    /// `context.met.contains("...")` and its kin.
    private mutating func ask(
        _ operation: ExpressionNode.SetOperation,
        _ argument: NodeID,
        at id: NodeID,
        _ effect: Effect
    ) throws(PolicyRefusal) {
        var literals: [NodeID] = [argument]
        if operation != .contains, case .set(let elements) = expression[argument] {
            literals = Array(expression[elements])
        }
        for literal in literals {
            guard case .literal(let index) = expression[literal], case .string(let text) = expression[literal: index]
            else { throw refusal(literal, "remedies are asked for as literals, so that they can be known ones") }
            guard Remedy(text.string) != nil else {
                throw refusal(literal, "unknown remedy '\(text.string)'; \(Remedy.forms)")
            }
            asked.append((text.string, marked.policy.position(of: expression[span: literal])))
        }
        guard effect == .helps else {
            let place =
                effect == .hurts
                ? "here a remedy that is met \(marked.policy.effect == .permit ? "stops the permit" : "makes the forbid hold")"
                : "inside this expression a remedy that is met may deny"
            throw refusal(id, "\(place); meeting more may only help: write permit ... when or forbid ... unless")
        }
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
