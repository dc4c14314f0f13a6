// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Explanation {
    /// The whole explanation for machines, see ``json(disclosing:)``.
    public var json: JSONValue { json(disclosing: .all) }

    /// The explanation for machines, without what may not be shown.
    ///
    /// Members: `text` (the sentences for people), `decision`, `determining`, `failures`, `policies` (each with `policy`, `effect`, `line`, `column`,
    /// `outcome`, `unmet_scope`, `unmet_clauses`, `clauses`), `policies_omitted`, `nearest` (the same with the unmet
    /// clauses alone) and `change` (`status`, `verified`, `facts`). Of a clause: `text`, `line`, `column`, `condition`
    /// (`when` or `unless`), `holds` (null when it cannot be evaluated), `wanted` (null when either truth may do),
    /// `reached`, `decisive`, `values`. What may not be shown is `{"hidden": true}`.
    public func json(disclosing disclosure: ExplanationDisclosure) -> JSONValue {
        [
            "text": .string(text(disclosing: disclosure)),
            "decision": .string(response.decision.rawValue),
            "determining": .array(response.determining.map { .string($0.id.string) }),
            "failures": .array(response.failures.map { failure($0, disclosure) }),
            "policies": .array(policies.map { $0.json(disclosure, onlyUnmet: false) }),
            "policies_omitted": .integer(Int64(omittedPolicies)),
            "nearest": .array(nearest.map { $0.json(disclosure, onlyUnmet: true) }),
            "change": [
                "status": .string(change.status.rawValue),
                "verified": .bool(change.isVerified),
                "facts": .array(change.facts.map { $0.json(disclosure, response.policies) }),
            ],
        ]
    }

    private func failure(_ failure: AuthorizationResponse.Failure, _ disclosure: ExplanationDisclosure) -> JSONValue {
        let position = failure.policy.position(of: failure.error.span)
        var members: [(String, JSONValue)] = [
            ("policy", .string(failure.policy.id.string)), ("code", .string(failure.error.code.description)),
        ]
        if disclosure.showsMessage(of: failure.error, in: failure.policy) {
            members.append(("message", .string(failure.error.message)))
        }
        members += [("line", .integer(Int64(position.line))), ("column", .integer(Int64(position.column)))]
        return .object(JSONObject(members))
    }
}

extension ExplanationDisclosure {
    /// Whether a message may be shown: it may hold values of anything that the failed expression reads.
    func showsMessage(of error: EvaluationError, in policy: Policy) -> Bool {
        let plan = ClausePlan.of(policy.body)
        return plan.clauses.allSatisfy { clause in
            let span = policy.expression[span: clause.node]
            let isElsewhere = span.end <= error.span.start || error.span.end <= span.start
            return isElsewhere || shows(plan.reads[clause.reads.range])
        }
    }
}

extension PolicyExplanation {
    func json(_ disclosure: ExplanationDisclosure, onlyUnmet: Bool) -> JSONValue {
        var text = ClauseText(policy)
        let clauses = clauses.filter { !onlyUnmet || $0.isMet == false }
        var members: [(String, JSONValue)] = [
            ("policy", .string(policy.id.string)), ("effect", .string(policy.effect.rawValue)),
            ("line", .integer(Int64(policy.position.line))), ("column", .integer(Int64(policy.position.column))),
            ("outcome", .string(outcome.name)),
            ("unmet_scope", .array(unmetConstraints.map { $0.json(disclosure) })),
            ("unmet_clauses", .integer(Int64(unmetClauses))),
            ("clauses", .array(clauses.map { json($0, &text, disclosure) })),
        ]
        if omittedClauses > 0 { members.append(("clauses_omitted", .integer(Int64(omittedClauses)))) }
        return .object(JSONObject(members))
    }

    private func json(
        _ clause: ExplainedClause,
        _ text: inout ClauseText,
        _ disclosure: ExplanationDisclosure
    ) -> JSONValue {
        let span = policy.expression[span: clause.node]
        let position = text.position(of: span)
        var members: [(String, JSONValue)] = [
            ("text", disclosure.showsPolicies ? .string(text.words(clause.node)) : .null),
            ("line", .integer(Int64(position.line))), ("column", .integer(Int64(position.column))),
            ("condition", .string(policy.conditions[clause.condition].kind.rawValue)),
        ]
        let mayShow = clause.reads.allSatisfy { disclosure.shows($0.root, $0.path) }
        switch clause.outcome {
        case .holds: members.append(("holds", true))
        case .fails: members.append(("holds", false))
        case .failed(let error):
            members.append(("holds", nil))
            var fault: [(String, JSONValue)] = [("code", .string(error.code.description))]
            if mayShow { fault.append(("message", .string(error.message))) }
            members.append(("error", .object(JSONObject(fault))))
        }
        members += [
            ("wanted", clause.wanted.map { .bool($0) } ?? .null), ("reached", .bool(clause.isReached)),
            ("decisive", .bool(clause.isDecisive)),
            ("values", .array(clause.reads.map { $0.json(disclosure) })),
        ]
        return .object(JSONObject(members))
    }
}

extension PolicyExplanation.Outcome {
    /// The stable name.
    public var name: String {
        switch self {
        case .satisfied: "satisfied"
        case .unsatisfied: "not_satisfied"
        case .failed: "failed"
        case .outOfScope: "out_of_scope"
        }
    }
}

extension UnmetConstraint {
    fileprivate func json(_ disclosure: ExplanationDisclosure) -> JSONValue {
        [
            "variable": .string(variable.rawValue),
            "actual": disclosure.shows(variable, []) ? .string(Value.entity(actual).shortDescription) : nil,
            "wanted": disclosure.showsPolicies ? .string(text) : nil,
        ]
    }
}

extension ExplainedRead {
    fileprivate func json(_ disclosure: ExplanationDisclosure) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(name)), ("root", root.map { .string($0.rawValue) } ?? .null),
        ]
        guard disclosure.shows(root, path) else { return .object(JSONObject(members + [("hidden", true)])) }
        switch sight {
        case .value(let value) where value.isSmall: members.append(("value", value.json))
        case .value(let value): members.append(("large", .string(value.largeDescription)))
        case .present: members.append(("present", true))
        case .missing: members.append(("missing", true))
        case .failed(let error): members.append(("error", .string(error.code.description)))
        case .unread: members.append(("unread", true))
        }
        return .object(JSONObject(members))
    }
}
