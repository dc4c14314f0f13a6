// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A constraint of a scope that the request does not meet.
public struct UnmetConstraint: Sendable {
    /// What was asked for.
    public enum Constraint: Sendable, Hashable {
        /// Of the principal or the resource.
        case entity(EntityConstraint)
        /// Of the action.
        case action(ActionConstraint)
    }

    /// Which of the three: never `context`.
    public let variable: Variable
    /// What the request has there.
    public let actual: EntityUID
    /// What the policy asks for.
    public let constraint: Constraint
}
