// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The parts of a policy as text is written from them: what a reader of another form has before it has a policy.
struct PolicyParts {
    var effect: Effect
    var annotations: [Annotation]
    var scope: Scope
    var conditions: [(kind: Condition.Kind, root: NodeID)]
    var expression: PolicyExpression

    /// The parts as Cedar text: annotations, head and conditions on a line each.
    var text: String {
        var text = ""
        for annotation in annotations {
            text += annotation.isBare ? "@\(annotation.key)\n" : "@\(annotation.key)(\(annotation.value.quoted))\n"
        }
        text += "\(effect.rawValue) (\(scope))"
        for (kind, root) in conditions {
            text += "\n\(kind.rawValue) { \(ExpressionPrinter.text(of: root, in: expression)) }"
        }
        return text + ";"
    }
}

extension Policy {
    /// The policy written as Cedar text from what it is, not as it was written: no comments, no needless parentheses.
    ///
    /// Reading it gives a policy of the same shape (``isSame(as:)``); of a linked policy it is the policy with its slots
    /// filled. ``source`` is the text as it came.
    public var text: String {
        PolicyParts(
            effect: effect,
            annotations: annotations,
            scope: scope,
            conditions: conditions.map { ($0.kind, $0.root) },
            expression: expression
        ).text
    }
}

extension Scope: CustomStringConvertible {
    /// The scope as Cedar text, without its parentheses.
    public var description: String {
        "principal\(principal.text(slot: "?principal")), action\(action.text), resource\(resource.text(slot: "?resource"))"
    }
}

extension EntityConstraint {
    fileprivate func text(slot: String) -> String {
        switch self {
        case .any: ""
        case .equal(let reference): " == \(reference.text(slot: slot))"
        case .member(let reference): " in \(reference.text(slot: slot))"
        case .type(let type): " is \(type)"
        case .typeAndMember(let type, let reference): " is \(type) in \(reference.text(slot: slot))"
        }
    }
}

extension EntityReference {
    fileprivate func text(slot: String) -> String {
        switch self {
        case .entity(let uid): uid.description
        case .slot: slot
        }
    }
}

extension ActionConstraint {
    fileprivate var text: String {
        switch self {
        case .any: ""
        case .equal(let uid): " == \(uid)"
        case .member(let uid): " in \(uid)"
        case .memberOfAny(let uids): " in [\(uids.map(\.description).joined(separator: ", "))]"
        }
    }
}
