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

/// What a scope asks of the principal or the resource.
public enum EntityConstraint: Sendable, Hashable {
    /// Nothing: every entity.
    case any
    /// `== E`: exactly this entity.
    case equal(EntityReference)
    /// `in E`: this entity or one below it.
    case member(EntityReference)
    /// `is T`: entities of this type.
    case type(EntityTypeName)
    /// `is T in E`: entities of this type that are E or below it.
    case typeAndMember(EntityTypeName, EntityReference)

    /// Whether it refers to a slot.
    public var hasSlot: Bool {
        switch self {
        case .any, .type: false
        case .equal(let reference), .member(let reference), .typeAndMember(_, let reference): reference == .slot
        }
    }
}

/// An entity in a scope, or the slot of a template (`?principal` in the principal's place, `?resource` in the
/// resource's).
public enum EntityReference: Sendable, Hashable {
    /// This entity.
    case entity(EntityUID)
    /// What a link will fill in.
    case slot
}

/// What a scope asks of the action.
public enum ActionConstraint: Sendable, Hashable {
    /// Nothing: every action.
    case any
    /// `== A`: exactly this action.
    case equal(EntityUID)
    /// `in A`: this action or one of this group.
    case member(EntityUID)
    /// `in [A, B]`: one of these or of these groups; the empty list matches nothing.
    case memberOfAny([EntityUID])
}
