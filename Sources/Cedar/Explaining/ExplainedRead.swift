// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Something that a clause reads, and what the evaluation saw there.
public struct ExplainedRead: Sendable {
    /// What is read of it.
    public enum Kind: Sendable, Hashable {
        /// The value of a variable or an attribute.
        case value
        /// Whether an attribute is there.
        case presence
        /// The value of a tag.
        case tag
        /// Whether a tag is there.
        case tagPresence
    }

    /// What was seen.
    public enum Sight: Sendable {
        /// This value.
        case value(Value)
        /// It is there; its value was not asked for.
        case present
        /// It is not there: the attribute, the tag, or the entity that would have it.
        case missing
        /// It could not be read, because a value on the way is of another kind.
        case failed(EvaluationError)
        /// It was not looked at, see ``ExplanationLimits/maximumClauses``.
        case unread
        /// It may not be told, see ``ExplanationDisclosure``.
        case hidden
    }

    /// What is read of it.
    public let kind: Kind
    /// Where it is read, in the policy's text.
    public let node: NodeID
    /// The variable it begins with: `context` is what the caller says, the others lead to what is known. Nil for
    /// something computed, such as `(if ... then principal else resource).name`.
    public let root: Variable?
    /// The names behind the variable; of a tag whose name is written down, its name last.
    public let path: [Text]
    /// What was seen.
    public let sight: Sight
}

extension ExplainedRead {
    /// Whether the request alone says what is there.
    static func isOfRequest(_ kind: Kind, _ root: Variable?, _ path: [Text]) -> Bool {
        switch kind {
        case .value: path.isEmpty ? root != nil : root == .context && path.count == 1
        case .presence: root == .context && path.count == 1
        case .tag, .tagPresence: false
        }
    }

    /// What the request says of such a read.
    static func sight(_ read: ClausePlan.Read, in request: AuthorizationRequest) -> Sight {
        if let name = read.path.first {
            let value = request.context[name]
            return value.map { read.kind == .presence ? .present : .value($0) } ?? .missing
        }
        return switch read.variable {
        case .principal: .value(.entity(request.principal))
        case .action: .value(.entity(request.action))
        case .resource: .value(.entity(request.resource))
        default: .value(.record(request.context))
        }
    }
}
