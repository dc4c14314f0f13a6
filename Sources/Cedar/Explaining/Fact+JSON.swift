// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

extension Fact {
    func json(_ disclosure: ExplanationDisclosure, _ policies: PolicyList) -> JSONValue {
        let root: JSONValue = root.map { .string($0.rawValue) } ?? .null
        guard disclosure.shows(self) else { return ["root": root, "hidden": true] }
        var members: [(String, JSONValue)] = [
            ("text", .string(text(policies))), ("root", root),
            ("path", path.json),
            ("subject", subject.json(policies)),
            ("requirements", .array(requirements.map(\.json))),
        ]
        if let example, example.isSmall { members.append(("example", example.json)) }
        return .object(JSONObject(members))
    }
}

extension [Text] {
    fileprivate var json: JSONValue { .array(prefix(16).map { .string($0.string) }) }
}

extension FactRequirement {
    fileprivate var json: JSONValue {
        let (name, operand) = operation
        guard let operand else { return ["op": .string(name)] }
        return operand.isSmall
            ? ["op": .string(name), "value": operand.json]
            : ["op": .string(name), "large": .string(operand.largeDescription)]
    }
}

extension FactSubject {
    fileprivate func json(_ policies: PolicyList) -> JSONValue {
        switch self {
        case .context(let path): ["kind": "context", "path": path.json]
        case .attribute(let uid, let path): ["kind": "attribute", "entity": uid.json, "path": path.json]
        case .tag(let uid, let name): ["kind": "tag", "entity": uid.json, "tag": .string(name.string)]
        case .membership(let uid, let group): ["kind": "membership", "entity": uid.json, "group": group.json]
        case .clause(let place, let node):
            [
                "kind": "clause", "policy": .string(policies[place].id.string),
                "clause": .string(words(place, node, policies)),
            ]
        }
    }

    fileprivate func words(_ place: Int, _ node: NodeID, _ policies: PolicyList) -> String {
        ClauseText(policies[place]).words(node)
    }
}

extension Fact {
    /// The fact in one line, `context.risk < 50`; `policies` are those that were asked.
    func text(_ policies: PolicyList) -> String {
        requirements.map { text($0, policies) }.joined(separator: " and ")
    }

    private func text(_ requirement: FactRequirement, _ policies: PolicyList) -> String {
        let (name, operand) = requirement.operation
        if case .membership(let uid, let group) = subject {
            let entity = Value.entity(uid).shortDescription
            let other = Value.entity(group).shortDescription
            return requirement == .member(true) ? "\(entity) in \(other)" : "!(\(entity) in \(other))"
        }
        if case .clause(let place, let node) = subject {
            let words = subject.words(place, node, policies)
            return requirement == .truth(true) ? words : "!(\(words))"
        }
        let operation = name.replacing("_", with: " ")
        guard let operand else { return "\(subjectName) \(operation)" }
        return "\(subjectName) \(operation) \(operand.shortDescription)"
    }

    /// What the fact is about, for a sentence.
    var subjectName: String {
        switch subject {
        case .context, .attribute: AttributePath.text(root, path)
        case .tag(let uid, let name):
            "the tag \(Value.string(name).shortDescription) of \(Value.entity(uid).shortDescription)"
        case .membership(let uid, _): Value.entity(uid).shortDescription
        case .clause: "the clause"
        }
    }

    /// The fact as a condition, `context.risk were below 50`.
    func condition(_ policies: PolicyList) -> String {
        switch subject {
        case .membership(let uid, let group):
            "\(Value.entity(uid).shortDescription) \(requirements[0].condition) \(Value.entity(group).shortDescription)"
        case .clause(let place, let node): "\(subject.words(place, node, policies)) \(requirements[0].condition)"
        default: "\(subjectName) \(requirements.map(\.condition).joined(separator: " and "))"
        }
    }
}
