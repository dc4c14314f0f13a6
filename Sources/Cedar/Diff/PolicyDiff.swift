// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How two policy sets differ: policy by policy, and in what they answer.
///
/// Policies are matched by their ids, so ids should be names that last (an `@id` annotation, a file and a place in it)
/// rather than numbers that shift when a policy is added.
public struct PolicyDiff: Sendable {
    /// A policy or template that is not the same in both sets.
    public struct Change: Sendable {
        /// What became of it; each kind includes those before it.
        public enum Kind: String, Sendable, Hashable {
            /// Only its text: layout, comments, parentheses, another way to write the same.
            case layout
            /// Annotations, and perhaps its text.
            case annotations
            /// What it says: effect, scope or conditions.
            case meaning
            /// It is new.
            case added
            /// It is gone.
            case removed
        }

        /// Its id.
        public let id: Text
        /// What became of it.
        public let kind: Kind
        /// As it was; nil when it is new.
        public let old: Policy?
        /// As it is; nil when it is gone.
        public let new: Policy?
    }

    /// A request that is answered otherwise.
    public struct AnswerChange: Sendable {
        /// Its place among the requests.
        public let request: Int
        /// The answer of the old set.
        public let old: AuthorizationResponse
        /// The answer of the new set.
        public let new: AuthorizationResponse

        /// Whether it is allowed by one set and denied by the other.
        public var changesDecision: Bool { old.decision != new.decision }
        /// Whether other policies determine the answer.
        public var changesReason: Bool { old.reason != new.reason }
        /// Whether other policies fail.
        public var changesErrors: Bool { old.errors != new.errors }
    }

    /// The policies and templates that differ, sorted by the bytes of their ids.
    public let changes: [Change]
    /// The requests that are answered otherwise, in their order.
    public let answers: [AnswerChange]

    /// The difference between `old` and `new`.
    ///
    /// - Parameters:
    ///   - requests: a sample; both sets answer each of them.
    ///   - entities: what the requests are about.
    public init(
        from old: PolicySet,
        to new: PolicySet,
        requests: [AuthorizationRequest] = [],
        entities: some EntityLookup
    ) {
        changes = Self.changes(from: old, to: new)
        answers = requests.enumerated().compactMap { index, request in
            let before = old.authorize(request, entities: entities)
            let after = new.authorize(request, entities: entities)
            let change = AnswerChange(request: index, old: before, new: after)
            return change.changesDecision || change.changesReason || change.changesErrors ? change : nil
        }
    }

    /// The policies and templates that differ between `old` and `new`.
    public init(from old: PolicySet, to new: PolicySet) {
        changes = Self.changes(from: old, to: new)
        answers = []
    }

    /// Whether both sets say the same, annotations included.
    public var isOnlyLayout: Bool { changes.allSatisfy { $0.kind == .layout } }

    private static func changes(from old: PolicySet, to new: PolicySet) -> [Change] {
        var changes: [Change] = []
        for list in [old.policies, old.templates] {
            for policy in list {
                guard let other = new[policy.id] else {
                    changes.append(Change(id: policy.id, kind: .removed, old: policy, new: nil))
                    continue
                }
                guard let kind = kind(policy, other) else { continue }
                changes.append(Change(id: policy.id, kind: kind, old: policy, new: other))
            }
        }
        for list in [new.policies, new.templates] {
            for policy in list where old[policy.id] == nil {
                changes.append(Change(id: policy.id, kind: .added, old: nil, new: policy))
            }
        }
        return changes.sorted { $0.id < $1.id }
    }

    // Nil when nothing changed. A link that now hangs on another template is another policy, even if it says the same.
    private static func kind(_ old: Policy, _ new: Policy) -> Change.Kind? {
        if old.link != new.link || !old.isSame(as: new) { return .meaning }
        if !old.hasSameAnnotations(as: new) { return .annotations }
        return Text(old.source) == Text(new.source) ? nil : .layout
    }
}
