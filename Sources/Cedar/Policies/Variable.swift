// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The four variables of a policy.
public enum Variable: String, Sendable, Hashable {
    /// Who asks.
    case principal
    /// What they want to do.
    case action
    /// With what.
    case resource
    /// What else is known about the request.
    case context
}
