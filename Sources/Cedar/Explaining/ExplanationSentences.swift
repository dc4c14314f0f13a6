// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Writes an explanation for people.
struct ExplanationSentences {
    private let explanation: Explanation
    private let disclosure: ExplanationDisclosure
    private(set) var lines: [String] = []

    // A person reads a few.
    private static let shownPolicies = 3
    private static let shownClauses = 6
    // Says that there is more, and not what became of it.
    private static let hidden = "what may not be shown"

    init(_ explanation: Explanation, _ disclosure: ExplanationDisclosure) {
        self.explanation = explanation
        self.disclosure = disclosure
    }

    mutating func write() {
        writeDecision()
        let failures = explanation.failures
        for (policy, error) in failures.prefix(Self.shownPolicies) { write(policy, error) }
        writeRest(failures.count, "policies failed")
        writeChange()
    }

    private mutating func writeRest(_ count: Int, _ what: String) {
        if count > Self.shownPolicies { lines.append("\(count - Self.shownPolicies) more \(what).") }
    }

    private mutating func writeDecision() {
        let determining = explanation.response.determining
        let names = list(determining.prefix(Self.shownPolicies).map { Self.name($0) })
        let rest = determining.count > Self.shownPolicies ? " and \(determining.count - Self.shownPolicies) more" : ""
        if explanation.response.decision == .allow {
            lines.append("Allowed by \(names)\(rest).")
        } else if determining.isEmpty {
            lines.append("No policy permits.")
        } else {
            lines.append("Forbidden by \(names)\(rest).")
        }
        let effect: Effect = explanation.response.decision == .allow ? .permit : .forbid
        let speaking = explanation.policies.filter { $0.isSatisfied && $0.policy.effect == effect }
        for policy in speaking.prefix(Self.shownPolicies) {
            let clauses = policy.clauses.filter { $0.isDecisive == true && !$0.isHidden }
            guard !clauses.isEmpty || policy.hasHidden, disclosure.showsPolicies else { continue }
            var items = clauses.prefix(Self.shownClauses).map { item($0, policy) }
            let more = clauses.count > items.count ? " and \(clauses.count - items.count) more" : ""
            if policy.hasHidden { items.append(items.isEmpty ? Self.hidden : "perhaps \(Self.hidden)") }
            lines.append("\(Self.name(policy.policy)) (\(Self.place(policy.policy))) applies: \(list(items))\(more).")
        }
        for (index, policy) in explanation.nearest.prefix(Self.shownPolicies).enumerated() {
            lines.append((index == 0 ? "Nearest: " : "Then: ") + lacks(policy))
        }
    }

    private mutating func write(_ policy: Policy, _ error: EvaluationError?) {
        let had = "\(Self.name(policy)) had no say, because it failed"
        guard let error else { return lines.append("\(had).") }
        let position = policy.position(of: error.span)
        lines.append("\(had) at line \(position.line), column \(position.column): \(error.message).")
    }

    // What a policy that does not apply lacks.
    private func lacks(_ policy: PolicyExplanation) -> String {
        let name = "\(Self.name(policy.policy)) (\(Self.place(policy.policy)))"
        guard disclosure.showsPolicies else { return "\(name)." }
        var items = policy.unmetConstraints.map { unmet in
            disclosure.shows(unmet.variable, [])
                ? "\(unmet.text) (\(unmet.variable.rawValue) is \(Value.entity(unmet.actual).shortDescription))"
                : unmet.text
        }
        let parts = policy.unmetParts
        items += parts.prefix(Self.shownClauses).map { item($0, policy) }
        let more = parts.count > Self.shownClauses ? " and \(parts.count - Self.shownClauses) more" : ""
        if policy.hasHidden { items.append(items.isEmpty ? Self.hidden : "perhaps \(Self.hidden)") }
        return "\(name) lacks: \(list(items))\(more)."
    }

    private mutating func writeChange() {
        let other = explanation.response.decision == .allow ? "denied" : "allowed"
        let change = explanation.change
        switch change.status {
        case .verified, .needs:
            guard change.facts.allSatisfy({ disclosure.shows($0) }) else { return }
            let conditions = list(change.facts.map { $0.condition(explanation.response.policies) })
            lines.append("It \(change.isVerified ? "would" : "might") be \(other) if \(conditions).")
        case .impossible: lines.append("No other facts about the same request would make it \(other).")
        case .notFound: lines.append("No few facts were found that would make it \(other).")
        case .notSought: break
        }
    }

    // A clause and what it saw.
    private func item(_ clause: ExplainedClause, _ policy: PolicyExplanation) -> String {
        item(clause.node, negated: clause.wanted == false, clause.reads, clause.outcome, policy)
    }

    private func item(_ part: PolicyExplanation.UnmetPart, _ policy: PolicyExplanation) -> String {
        item(part.node, negated: !part.wanted, part.reads, part.outcome, policy)
    }

    private func item(
        _ node: NodeID,
        negated: Bool,
        _ reads: [ExplainedRead],
        _ outcome: ExplainedClause.Outcome,
        _ policy: PolicyExplanation
    ) -> String {
        let words = ClauseText(policy.policy).words(node)
        let text = negated ? "not (\(words))" : words
        var seen = reads.prefix(Self.shownClauses).compactMap { sight($0) }
        if case .failed(let error) = outcome, !reads.contains(where: \.isMissing) {
            seen.append(error.message)
        }
        return seen.isEmpty ? text : "\(text) (\(seen.joined(separator: ", ")))"
    }

    private func sight(_ read: ExplainedRead) -> String? {
        switch read.sight {
        case .value(let value): "\(read.name) is \(value.shortDescription)"
        case .present: "\(read.name) is there"
        case .missing: "\(read.name) is missing"
        case .failed, .unread, .hidden: nil
        }
    }

    private static func name(_ policy: Policy) -> String { "`\(policy.id)`" }

    private static func place(_ policy: Policy) -> String { "line \(policy.position.line)" }

    private func list(_ items: [String]) -> String {
        items.count < 2 ? items.joined() : items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
    }
}

extension ExplainedRead {
    fileprivate var isMissing: Bool {
        if case .missing = sight { true } else { false }
    }
}
