// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar

/// What activating a policy set does to the forbids that were enforced until then: the part of a change that can let
/// through what was stopped before.
public struct PolicyChange: Sendable, Equatable {
    /// Enforced forbids that go into shadow mode: an elevated change, which has to be confirmed by their names.
    public let forbidsWeakened: [String]
    /// Enforced forbids that are gone.
    public let forbidsRemoved: [String]
    /// Enforced forbids of the same id and another text, or with other remedies or other terms for them (`@binds`): what
    /// can lift them is another thing then.
    public let forbidsChanged: [String]

    /// The change from one set to another. A forbid is known again by its `@id` or, under another one, by its text. An id
    /// made of a place in a file says nothing: another policy has it as soon as one is put in front.
    ///
    /// - Parameter old: What decides until then; nil when nothing does.
    public init(from old: CompiledPolicies?, to new: CompiledPolicies) {
        var (weakened, removed, changed) = ([String](), [String](), [String]())
        let enforced = Known(new.all.filter { !$0.marks.isShadow })
        let shadow = Known(new.all.filter(\.marks.isShadow))
        for marked in old?.all ?? [] where !marked.marks.isShadow && marked.policy.effect == .forbid {
            let id = marked.policy.id.string
            let text = PolicyText(marked.policy)
            if let terms = enforced.terms[text] {
                if !terms.contains(Terms(marked.marks)) { changed.append(id) }
            } else if shadow.terms[text] != nil {
                // Whatever has its id now.
                weakened.append(id)
            } else if marked.isNamed, enforced.ids.contains(id) {
                changed.append(id)
            } else if marked.isNamed, shadow.ids.contains(id) {
                weakened.append(id)
            } else {
                removed.append(id)
            }
        }
        (forbidsWeakened, forbidsRemoved, forbidsChanged) = (weakened, removed, changed)
    }

    private struct Known {
        var ids: Set<String> = []
        var terms: [PolicyText: Set<Terms>] = [:]

        init(_ policies: [MarkedPolicy]) {
            for marked in policies where marked.policy.effect == .forbid {
                if marked.isNamed { ids.insert(marked.policy.id.string) }
                terms[PolicyText(marked.policy), default: []].insert(Terms(marked.marks))
            }
        }
    }

    /// What lifts a forbid.
    private struct Terms: Hashable {
        let remedies: Set<Remedy>
        let binds: Set<String>?

        init(_ marks: PolicyMarks) {
            remedies = Set(marks.remedies)
            binds = marks.binds.map { Set($0) }
        }
    }
}

extension MarkedPolicy {
    /// Whether somebody gave it its id.
    fileprivate var isNamed: Bool { policy.annotation("id") != nil }
}

/// A policy without its annotations.
private struct PolicyText: Hashable {
    private let scope: Scope
    private let conditions: [String]

    init(_ policy: Policy) {
        scope = policy.scope
        let bytes = Array(policy.source.utf8)
        conditions = policy.conditions.map { condition in
            let span = condition.span
            return String(decoding: bytes[min(span.start, bytes.count)..<min(span.end, bytes.count)], as: UTF8.self)
        }
    }
}
