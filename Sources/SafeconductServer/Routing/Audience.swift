// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Who may call a route; it decides the authentication that runs before the route's handler.
public enum Audience: String, Sendable, CaseIterable {
    /// Anybody: liveness, discovery, public keys, and `/log/` where the configuration says so.
    case `public`
    /// An authenticated enforcement point.
    case enforcementPoint = "enforcement_point"
    /// An authenticated identity, about what is its own; an operator, about anybody's.
    case identity
    /// An authenticated operator.
    case `operator`
}
