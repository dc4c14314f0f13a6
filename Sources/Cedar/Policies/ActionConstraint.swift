// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

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
