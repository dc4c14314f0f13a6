// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a fact is about.
public enum FactSubject: Sendable, Hashable {
    /// A member of the context, by its path.
    case context([Text])
    /// An attribute of an entity, by its path.
    case attribute(EntityUID, [Text])
    /// A tag of an entity.
    case tag(EntityUID, Text)
    /// Whether the first entity is in the second.
    case membership(EntityUID, of: EntityUID)
    /// What a clause asks, where no value is known that would answer it: arithmetic, for example.
    case clause(policy: Int, NodeID)
}
