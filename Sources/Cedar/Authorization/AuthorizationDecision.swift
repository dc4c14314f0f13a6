// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The two answers Cedar knows.
public enum AuthorizationDecision: String, Sendable, Hashable {
    /// The request may go on.
    case allow
    /// It may not.
    case deny
}
