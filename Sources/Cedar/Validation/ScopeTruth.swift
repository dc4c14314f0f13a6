// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a part of a scope comes to in requests of one kind.
enum ScopeTruth {
    case always, never, sometimes
}

extension SchemaTable {
    /// What the constraint on principals or resources of `type` comes to.
    ///
    /// A slot is filled with an entity of a type for which the policy may apply, or the link is refused; so it never
    /// decides anything here. Neither does an entity that the schema does not have.
    func truth(of constraint: EntityConstraint, _ type: EntityTypeName) -> ScopeTruth {
        switch constraint {
        case .any: .always
        case .equal(.slot), .member(.slot): .sometimes
        case .equal(.entity(let uid)): !isKnown(uid) || uid.type == type ? .sometimes : .never
        case .member(.entity(let uid)): truth(ofMember: uid, type)
        case .type(let wanted): wanted == type ? .always : .never
        case .typeAndMember(let wanted, .slot): wanted == type ? .sometimes : .never
        case .typeAndMember(let wanted, .entity(let uid)): wanted == type ? truth(ofMember: uid, type) : .never
        }
    }

    private func truth(ofMember uid: EntityUID, _ type: EntityTypeName) -> ScopeTruth {
        !isKnown(uid) || may(type, beIn: uid.type) ? .sometimes : .never
    }
}
