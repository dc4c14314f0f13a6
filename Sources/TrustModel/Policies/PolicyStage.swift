// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where a policy set stands in its life.
public enum PolicyStage: String, Sendable, CaseIterable {
    /// In the log; something that an activation asks for did not hold when it was put.
    case draft
    /// In the log, with all that an activation asks for.
    case validated
    /// Evaluated and recorded beside the set that decides.
    case shadow
    /// It decides.
    case active
    /// It decided until another was activated.
    case replaced
    /// It decided until it was taken back.
    case rolledBack = "rolled_back"
    /// It is out of use for good.
    case retired
}
