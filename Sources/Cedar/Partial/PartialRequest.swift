// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A request of which not everything is known yet.
///
/// What is decided about it holds for every request it admits.
public struct PartialRequest: Sendable, Hashable {
    /// Who asks.
    public var principal: PartialEntity
    /// What they want to do.
    public var action: PartialEntity
    /// With what.
    public var resource: PartialEntity
    /// What else is known.
    public var context: PartialContext
    /// Whether the unknown principal and resource are among the entities. When they may be missing there, even a
    /// required attribute of theirs may fail.
    public var unknownsExist: Bool
    /// Whether an entity that is not found does not exist. When entities are still to come, what is asked of a missing
    /// one is unknown; what is found is complete either way.
    public var entitiesAreComplete: Bool

    /// A request of these parts.
    public init(
        principal: PartialEntity = .unknown(nil),
        action: PartialEntity = .unknown(nil),
        resource: PartialEntity = .unknown(nil),
        context: PartialContext = .unknown,
        unknownsExist: Bool = false,
        entitiesAreComplete: Bool = true
    ) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
        self.unknownsExist = unknownsExist
        self.entitiesAreComplete = entitiesAreComplete
    }

    /// Whether `request` is one of those this one stands for.
    public func admits(_ request: AuthorizationRequest) -> Bool {
        principal.admits(request.principal) && action.admits(request.action) && resource.admits(request.resource)
            && context.admits(request.context)
    }
}
