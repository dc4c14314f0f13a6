// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Which scopes are wider than another one, by how they are written: whatever the entities are, what the narrower one
/// matches the wider one matches, too.
struct ScopeCover {
    /// The groups an action is in, over any number of steps.
    let ancestors: (EntityUID) -> Set<EntityUID>

    /// The constraint itself and all wider ones.
    func wider(than constraint: EntityConstraint) -> [EntityConstraint] {
        switch constraint {
        case .any: [.any]
        case .equal(.entity(let uid)):
            [
                .equal(.entity(uid)), .member(.entity(uid)), .type(uid.type),
                .typeAndMember(uid.type, .entity(uid)), .any,
            ]
        case .member(let group): [.member(group), .any]
        case .type(let type): [.type(type), .any]
        case .typeAndMember(let type, let group):
            [.typeAndMember(type, group), .type(type), .member(group), .any]
        case .equal(.slot): [constraint, .any]
        }
    }

    /// The constraints on single actions and groups that one is made of; none for what matches nothing.
    func parts(of constraint: ActionConstraint) -> [ActionConstraint] {
        if case .memberOfAny(let groups) = constraint { return groups.map { .member($0) } }
        return [constraint]
    }

    /// The constraint, one part of it, and all wider ones of single actions or groups.
    func wider(than constraint: ActionConstraint) -> [ActionConstraint] {
        switch constraint {
        case .any: return [.any]
        case .equal(let action):
            return [.equal(action), .member(action), .any] + ancestors(action).map { .member($0) }
        case .member(let group): return [.member(group), .any] + ancestors(group).map { .member($0) }
        case .memberOfAny(let groups):
            return groups.first.map { wider(than: .member($0)) } ?? [.any]
        }
    }

    /// Whether `wide` matches every action that `narrow` does.
    func covers(_ wide: ActionConstraint, _ narrow: ActionConstraint) -> Bool {
        let wideParts = Set(parts(of: wide))
        return parts(of: narrow).allSatisfy { part in wider(than: part).contains(where: wideParts.contains) }
    }
}
