// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A question for all of something: which principals, which resources or which actions a request is allowed for, the
/// rest of it being known.
public struct PolicyQuery: Sendable, Hashable {
    /// What is asked for.
    public enum Sought: Sendable, Hashable {
        /// Principals of this type.
        case principals(EntityTypeName)
        /// Resources of this type.
        case resources(EntityTypeName)
        /// Actions.
        case actions
    }

    /// What is asked for.
    public let sought: Sought
    /// What is known, the part asked for unknown.
    let request: PartialRequest

    /// Which principals of `type` may do `action` with `resource`?
    public static func principals(
        of type: EntityTypeName,
        action: EntityUID,
        resource: EntityUID,
        context: Record = [:]
    ) -> PolicyQuery {
        let request = PartialRequest(
            principal: .unknown(type),
            action: .known(action),
            resource: .known(resource),
            context: .known(context),
            unknownsExist: true
        )
        return PolicyQuery(sought: .principals(type), request: request)
    }

    /// With which resources of `type` may `principal` do `action`?
    public static func resources(
        of type: EntityTypeName,
        principal: EntityUID,
        action: EntityUID,
        context: Record = [:]
    ) -> PolicyQuery {
        let request = PartialRequest(
            principal: .known(principal),
            action: .known(action),
            resource: .unknown(type),
            context: .known(context),
            unknownsExist: true
        )
        return PolicyQuery(sought: .resources(type), request: request)
    }

    /// What may `principal` do with `resource`?
    public static func actions(
        principal: EntityUID,
        resource: EntityUID,
        context: Record = [:]
    ) -> PolicyQuery {
        let request = PartialRequest(
            principal: .known(principal),
            resource: .known(resource),
            context: .known(context),
            unknownsExist: true
        )
        return PolicyQuery(sought: .actions, request: request)
    }

    /// The request that asks about one candidate.
    func request(for candidate: EntityUID) -> AuthorizationRequest? {
        guard case .known(let context) = request.context else { return nil }
        switch (sought, request.principal, request.action, request.resource) {
        case (.principals, _, .known(let action), .known(let resource)):
            return AuthorizationRequest(principal: candidate, action: action, resource: resource, context: context)
        case (.resources, .known(let principal), .known(let action), _):
            return AuthorizationRequest(principal: principal, action: action, resource: candidate, context: context)
        case (.actions, .known(let principal), _, .known(let resource)):
            return AuthorizationRequest(principal: principal, action: candidate, resource: resource, context: context)
        default: return nil
        }
    }
}
