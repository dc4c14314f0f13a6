// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The part of a policy in parentheses: which principals, actions and resources it is about.
///
/// A scope is plain data, so that an index can be built over it; it is decided before the conditions and cannot fail.
public struct Scope: Sendable, Hashable {
    /// Which principals.
    public let principal: EntityConstraint
    /// Which actions.
    public let action: ActionConstraint
    /// Which resources.
    public let resource: EntityConstraint

    /// A scope of the three constraints.
    public init(principal: EntityConstraint, action: ActionConstraint, resource: EntityConstraint) {
        self.principal = principal
        self.action = action
        self.resource = resource
    }

    /// Whether it has a slot that a link must fill first.
    public var hasSlot: Bool { principal.hasSlot || resource.hasSlot }
}
