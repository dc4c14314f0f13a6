// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension Policy {
    /// The policy or template `id` that `json` describes in Cedar's JSON policy form.
    ///
    /// It is read as strictly as its text would be: every member must be known, every name a Cedar name, the nesting
    /// what ``ParserLimits`` and ``PolicyForm`` allow. Its ``source`` is the text that says the same.
    /// - Throws: ``PolicyFormError`` with a JSON pointer into `json`.
    public init(json: JSONValue, id: Text = "policy0") throws(PolicyFormError) {
        try self.init(json: json, id: id, at: .root)
    }

    init(json: JSONValue, id: Text, at path: JSONPath) throws(PolicyFormError) {
        let parts = try PolicyParts(json, at: path)
        // Through the parser, so that a policy is what the parser makes, whatever it was read from.
        var parsed: [Policy]
        do throws(ParseError) {
            parsed = try Policy.parse(parts.text, id: { _ in id })
        } catch {
            let code: PolicyFormError.Code = error.code == .nesting ? .nesting : .value
            throw PolicyFormError(code, "as text this policy is refused: \(error.message)", at: path)
        }
        guard let policy = parsed.popLast() else { throw PolicyFormError(.missing, "there is no policy", at: path) }
        self = policy
    }
}

extension PolicyParts {
    /// The parts of the policy that `json`, which stands at `path`, describes.
    init(_ json: JSONValue, at path: JSONPath) throws(PolicyFormError) {
        let object = try FormObject(json, at: path, "a policy")
        try object.allow(["effect", "principal", "action", "resource", "conditions", "annotations"])
        guard let effect = Effect(rawValue: try object.string("effect")) else {
            throw PolicyFormError(.word, "'permit' or 'forbid' is expected", at: path.member("effect"))
        }
        self.effect = effect
        scope = Scope(
            principal: try EntityConstraint(object, "principal"),
            action: try ActionConstraint(object, "action"),
            resource: try EntityConstraint(object, "resource")
        )
        annotations = try Self.annotations(object)
        var reader = ExpressionFormReader()
        conditions = []
        for (index, json) in try object.array("conditions").enumerated() {
            let path = path.member("conditions").element(index)
            let condition = try FormObject(json, at: path, "a condition")
            try condition.allow(["kind", "body"])
            guard let kind = Condition.Kind(rawValue: try condition.string("kind")) else {
                throw PolicyFormError(.word, "'when' or 'unless' is expected", at: path.member("kind"))
            }
            conditions.append((kind, try reader.read(try condition.member("body"), at: path.member("body"))))
        }
        expression = reader.builder.expression
    }

    // Names with a text, or with null when there is none.
    private static func annotations(_ policy: FormObject) throws(PolicyFormError) -> [Annotation] {
        guard let json = policy.members["annotations"] else { return [] }
        let object = try FormObject(json, at: policy.path.member("annotations"), "annotations")
        var annotations: [Annotation] = []
        for member in object.members {
            let path = object.path.member(member.key)
            guard Text(member.key).isIdentifier else {
                throw PolicyFormError(.name, "\(Text(member.key).quoted) is no name of an annotation", at: path)
            }
            switch member.value {
            case .null: annotations.append(Annotation(key: Text(member.key)))
            case .string(let value): annotations.append(Annotation(key: Text(member.key), value: Text(value)))
            default:
                throw PolicyFormError(.kind, "a string or null is expected, not \(member.value.kindName)", at: path)
            }
        }
        return annotations
    }
}
