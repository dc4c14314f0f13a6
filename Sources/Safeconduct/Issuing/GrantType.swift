// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the token endpoint takes (RFC 6749 section 1.3).
///
/// The endpoint reads it and the metadata lists it: what is a case here is offered.
public enum GrantType: String, Sendable, CaseIterable {
    /// The client acts for itself (RFC 6749 section 4.4).
    case clientCredentials = "client_credentials"
}
