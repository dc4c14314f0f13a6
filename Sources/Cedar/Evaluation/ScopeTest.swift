// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A scope in the form in which it is tested against thousands of requests: integers, and the names they count in one
/// table, so that a test copies nothing. ``Scope`` is the form in which it is read.
struct ScopeTest: Sendable {
    /// A test of one of the three entities. Equality and membership count in ``uids``.
    fileprivate enum Test: Sendable {
        case always
        case never
        case equal(Int32)
        case member(Int32)
        case type(Int32)
        case typeAndMember(Int32, Int32)
        case memberOfAny(Int32, Int32)
    }

    fileprivate private(set) var principal = Test.always
    fileprivate private(set) var action = Test.always
    fileprivate private(set) var resource = Test.always
    fileprivate private(set) var uids: [EntityUID] = []
    fileprivate private(set) var types: [EntityTypeName] = []

    init(_ scope: Scope) {
        principal = test(scope.principal)
        resource = test(scope.resource)
        action =
            switch scope.action {
            case .any: .always
            case .equal(let uid): .equal(place(uid))
            case .member(let uid): .member(place(uid))
            case .memberOfAny(let groups): memberOfAny(groups)
            }
    }

    // The two halves of a constraint, its kind and its names, taken apart.
    private mutating func test(_ constraint: EntityConstraint) -> Test {
        switch constraint {
        case .any: .always
        case .equal(.entity(let uid)): .equal(place(uid))
        case .member(.entity(let uid)): .member(place(uid))
        case .type(let type): .type(place(type))
        case .typeAndMember(let type, .entity(let uid)): .typeAndMember(place(type), place(uid))
        // A template matches nothing until it is linked.
        case .equal(.slot), .member(.slot), .typeAndMember(_, .slot): .never
        }
    }

    private mutating func memberOfAny(_ groups: [EntityUID]) -> Test {
        let first = Int32(truncatingIfNeeded: uids.count)
        uids += groups
        return .memberOfAny(first, Int32(truncatingIfNeeded: uids.count))
    }

    private mutating func place(_ uid: EntityUID) -> Int32 {
        uids.append(uid)
        return Int32(truncatingIfNeeded: uids.count - 1)
    }

    private mutating func place(_ type: EntityTypeName) -> Int32 {
        types.append(type)
        return Int32(truncatingIfNeeded: types.count - 1)
    }
}

// Of the body, not of the test: a test taken out of it would be copied for each policy that is looked at.
extension PolicyBody {
    /// Whether the policy is about this request at all. It asks nothing that can fail.
    func matchesScope(_ evaluation: borrowing Evaluation, _ entities: some EntityLookup) -> Bool {
        // In the order in which they are likely to say no at little cost.
        matches(scopeTest.action, evaluation.request.action, evaluation.action, entities)
            && matches(scopeTest.principal, evaluation.request.principal, evaluation.principal, entities)
            && matches(scopeTest.resource, evaluation.request.resource, evaluation.resource, entities)
    }

    /// The parts of the scope that do not match, so that one can say how near it was; nil as soon as they are as far as
    /// `horizon`. Empty when the policy is about this request.
    func unmetScope(
        _ evaluation: borrowing Evaluation,
        within horizon: Int,
        _ entities: some EntityLookup
    ) -> ScopeParts? {
        var unmet: ScopeParts = []
        if !matches(scopeTest.action, evaluation.request.action, evaluation.action, entities) {
            unmet.insert(.action)
            if unmet.distance >= horizon { return nil }
        }
        if !matches(scopeTest.principal, evaluation.request.principal, evaluation.principal, entities) {
            unmet.insert(.principal)
            if unmet.distance >= horizon { return nil }
        }
        if !matches(scopeTest.resource, evaluation.request.resource, evaluation.resource, entities) {
            unmet.insert(.resource)
            if unmet.distance >= horizon { return nil }
        }
        return unmet
    }

    private func matches(
        _ test: ScopeTest.Test,
        _ uid: EntityUID,
        _ handle: EntityHandle?,
        _ entities: some EntityLookup
    ) -> Bool {
        switch test {
        case .always: return true
        case .never: return false
        case .equal(let wanted): return scopeTest.uids[Int(wanted)] == uid
        case .member(let group): return isMember(uid, handle, group, entities)
        case .type(let type): return uid.type == scopeTest.types[Int(type)]
        case .typeAndMember(let type, let group):
            return uid.type == scopeTest.types[Int(type)] && isMember(uid, handle, group, entities)
        case .memberOfAny(let first, let end):
            for group in first..<end where isMember(uid, handle, group, entities) { return true }
            return false
        }
    }

    // Whether the entity is, or is below, the one at place `group`.
    private func isMember(
        _ uid: EntityUID,
        _ handle: EntityHandle?,
        _ group: Int32,
        _ entities: some EntityLookup
    ) -> Bool {
        Evaluation.isMember(uid, handle, of: scopeTest.uids[Int(group)], entities)
    }
}
