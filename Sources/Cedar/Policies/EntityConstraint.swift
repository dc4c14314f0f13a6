// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

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
