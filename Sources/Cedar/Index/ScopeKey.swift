// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a scope asks of one of its three entities, as a 64-bit digest: the key under which an index holds it.
enum ScopeKey {
    /// The key of no constraint.
    static let none = 0

    /// The key under which those are noted that ask nothing of one of the three. No digest is that small.
    static func open(_ axis: Int) -> Int { ~axis }

    /// Which of the three.
    enum Axis: Int { case principal, action, resource }

    /// Which way a constraint asks.
    enum Kind: Int { case equal, member, type }

    @inline(__always)
    static func equal(_ axis: Axis, _ uid: EntityUID) -> Int { Digest.mix(axis.rawValue * 3 + 1, uid.digest) }

    /// Also of `is T in E`: the group says more than the type.
    @inline(__always)
    static func member(_ axis: Axis, _ uid: EntityUID) -> Int { Digest.mix(axis.rawValue * 3 + 2, uid.digest) }

    @inline(__always)
    static func type(_ axis: Axis, _ type: EntityTypeName) -> Int { Digest.mix(axis.rawValue * 3 + 3, type.digest) }

    /// The way a constraint asks; nil when it asks for nothing.
    static func kind(of constraint: EntityConstraint) -> Kind? {
        switch constraint {
        case .any: nil
        case .equal: .equal
        case .member, .typeAndMember: .member
        case .type: .type
        }
    }

    /// The way a constraint asks; nil when it asks for nothing.
    static func kind(of constraint: ActionConstraint) -> Kind? {
        switch constraint {
        case .any: nil
        case .equal: .equal
        case .member, .memberOfAny: .member
        }
    }

    /// The key of a constraint; nil when nothing ever meets it.
    static func of(_ constraint: EntityConstraint, _ axis: Axis) -> Int? {
        switch constraint {
        case .any: none
        case .equal(.entity(let uid)): equal(axis, uid)
        case .member(.entity(let uid)), .typeAndMember(_, .entity(let uid)): member(axis, uid)
        case .type(let type): self.type(axis, type)
        case .equal(.slot), .member(.slot), .typeAndMember(_, .slot): nil
        }
    }

    /// The keys of a constraint, each once: none for any action, several for a list; nil when nothing ever meets it.
    static func of(_ constraint: ActionConstraint) -> [Int]? {
        switch constraint {
        case .any: return []
        case .equal(let uid): return [equal(.action, uid)]
        case .member(let uid): return [member(.action, uid)]
        case .memberOfAny(let groups):
            var seen: Set<Int> = []
            let keys = groups.map { member(.action, $0) }.filter { seen.insert($0).inserted }
            return keys.isEmpty ? nil : keys
        }
    }
}
