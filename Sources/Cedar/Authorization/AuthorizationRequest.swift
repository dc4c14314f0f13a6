// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The question: may `principal` do `action` with `resource`, given `context`?
public struct AuthorizationRequest: Sendable, Hashable {
    /// Who asks.
    public var principal: EntityUID
    /// What they want to do.
    public var action: EntityUID
    /// With what.
    public var resource: EntityUID
    /// What else is known. Asking again with another context is a copy of a few words.
    public var context: Record

    /// A request of these parts.
    public init(principal: EntityUID, action: EntityUID, resource: EntityUID, context: Record = [:]) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
    }
}
