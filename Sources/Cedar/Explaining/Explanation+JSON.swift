// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Explanation {
    /// The explanation for machines.
    ///
    /// Members: `text` (the sentences for people), `decision`, `determining`, `failures`, `policies` (each with `policy`, `effect`, `line`, `column`,
    /// `outcome`, `unmet_scope`, `unmet_clauses`, `clauses`), `policies_omitted`, `nearest` (the same with the unmet
    /// and the hidden clauses alone) and `change` (`status`, `verified`, `facts`). Of a clause: `text`, `line`, `column`,
    /// `condition` (`when` or `unless`), `holds` (null when it cannot be evaluated), `wanted` (null when either truth may
    /// do), `reached`, `decisive`, `values`. What may not be told has `"hidden": true` instead: a value, a clause that reads
    /// one (which then has no `holds`, `reached`, `decisive`), where a policy failed. `reached` and `decisive` are null
    /// where they depend on something hidden.
    public var json: JSONValue {
        [
            "text": .string(text),
            "decision": .string(response.decision.rawValue),
            "determining": .array(response.determining.map { .string($0.id.string) }),
            "failures": .array(failures.map(Self.failure)),
            "policies": .array(policies.map { $0.json(onlyUnmet: false) }),
            "policies_omitted": .integer(Int64(omittedPolicies)),
            "nearest": .array(nearest.map { $0.json(onlyUnmet: true) }),
            "change": [
                "status": .string(change.status.rawValue),
                "verified": .bool(change.isVerified),
                "facts": .array(change.facts.map { $0.json(disclosure, response.policies) }),
            ],
        ]
    }

    private static func failure(_ policy: Policy, _ error: EvaluationError?) -> JSONValue {
        guard let error else { return ["policy": .string(policy.id.string), "hidden": true] }
        let position = policy.position(of: error.span)
        return [
            "policy": .string(policy.id.string), "code": .string(error.code.description),
            "message": .string(error.message), "line": .integer(Int64(position.line)),
            "column": .integer(Int64(position.column)),
        ]
    }
}

extension PolicyExplanation {
    func json(onlyUnmet: Bool) -> JSONValue {
        var text = ClauseText(policy)
        let clauses = clauses.filter { !onlyUnmet || $0.isHidden || $0.isMet == false }
        var members: [(String, JSONValue)] = [
            ("policy", .string(policy.id.string)), ("effect", .string(policy.effect.rawValue)),
            ("line", .integer(Int64(policy.position.line))), ("column", .integer(Int64(policy.position.column))),
            ("outcome", .string(outcome.name)),
            ("unmet_scope", .array(unmetConstraints.map { $0.json(disclosure) })),
            ("unmet_clauses", .integer(Int64(unmetClauses))),
            ("clauses", .array(clauses.map { json($0, &text) })),
        ]
        if omittedClauses > 0 { members.append(("clauses_omitted", .integer(Int64(omittedClauses)))) }
        return .object(JSONObject(members))
    }

    private func json(_ clause: ExplainedClause, _ text: inout ClauseText) -> JSONValue {
        let span = policy.expression[span: clause.node]
        let position = text.position(of: span)
        var members: [(String, JSONValue)] = [
            ("text", disclosure.showsPolicies ? .string(text.words(clause.node)) : .null),
            ("line", .integer(Int64(position.line))), ("column", .integer(Int64(position.column))),
            ("condition", .string(policy.conditions[clause.condition].kind.rawValue)),
        ]
        let wanted: JSONValue = clause.wanted.map { .bool($0) } ?? .null
        switch clause.outcome {
        case .hidden: members += [("hidden", true), ("wanted", wanted)]
        case .holds: members += [("holds", true), ("wanted", wanted)]
        case .fails: members += [("holds", false), ("wanted", wanted)]
        case .failed(let error):
            members += [
                ("holds", nil),
                ("error", ["code": .string(error.code.description), "message": .string(error.message)]),
                ("wanted", wanted),
            ]
        }
        if !clause.isHidden {
            members += [
                ("reached", clause.isReached.map { .bool($0) } ?? .null),
                ("decisive", clause.isDecisive.map { .bool($0) } ?? .null),
            ]
        }
        members.append(("values", .array(clause.reads.map(\.json))))
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
    fileprivate var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(name)), ("root", root.map { .string($0.rawValue) } ?? .null),
        ]
        switch sight {
        case .value(let value) where value.isSmall: members.append(("value", value.json))
        case .value(let value): members.append(("large", .string(value.largeDescription)))
        case .present: members.append(("present", true))
        case .missing: members.append(("missing", true))
        case .failed(let error): members.append(("error", .string(error.code.description)))
        case .unread: members.append(("unread", true))
        case .hidden: members.append(("hidden", true))
        }
        return .object(JSONObject(members))
    }
}
