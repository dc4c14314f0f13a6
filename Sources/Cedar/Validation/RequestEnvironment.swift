// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A kind of request that a schema allows: one action, with principals of one type and resources of one type.
struct RequestEnvironment: Hashable, Sendable {
    /// The action.
    let action: EntityUID
    /// The type of the principal.
    let principal: EntityTypeName
    /// The type of the resource.
    let resource: EntityTypeName
    /// The type of the context.
    let context: RecordType

    /// The type of a variable in requests of this kind.
    func type(of variable: Variable) -> StaticType {
        switch variable {
        case .principal: .entity(principal)
        case .action: .entity(action.type)
        case .resource: .entity(resource)
        case .context: .plain(.record(context))
        }
    }
}
