// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// Who gives a command, as the policies of commands see it: an operator, or an identity about what is its own.
struct CommandGiver: Sendable {
    /// Its id.
    let id: ObjectID
    /// Its permanent name.
    let name: String
    /// The kind of operator or machine.
    let kind: String
    /// An operator's roles; an identity has none.
    let roles: [Role]
    /// Owner, purpose, boundary, expiry.
    let custody: Custody

    /// An operator.
    init(_ operator: Operator) {
        id = `operator`.id
        name = `operator`.name
        kind = `operator`.type.rawValue
        roles = `operator`.roles
        custody = `operator`.custody
    }

    /// An identity.
    init(_ identity: Identity) {
        id = identity.id
        name = identity.name
        kind = identity.type.rawValue
        roles = []
        custody = identity.custody
    }

    /// The operator or identity of this id; nil when there is none.
    init?(_ id: ObjectID, in state: TrustState) {
        switch id.kind {
        case .operator:
            guard let found = state.operators[id] else { return nil }
            self.init(found.object)
        case .identity:
            guard let found = state.identities[id] else { return nil }
            self.init(found.object)
        default: return nil
        }
    }

    /// The Cedar type.
    var type: String { id.kind == .identity ? "Identity" : "Operator" }
}
