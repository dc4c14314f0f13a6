// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An entity in a scope, or the slot of a template (`?principal` in the principal's place, `?resource` in the
/// resource's).
public enum EntityReference: Sendable, Hashable {
    /// This entity.
    case entity(EntityUID)
    /// What a link will fill in.
    case slot
}
