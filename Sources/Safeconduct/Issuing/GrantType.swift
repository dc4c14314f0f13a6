// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the token endpoint takes (RFC 6749 section 1.3).
///
/// The endpoint reads it and the metadata lists it: what is a case here is offered.
public enum GrantType: String, Sendable, CaseIterable {
    /// The client acts for itself (RFC 6749 section 4.4).
    case clientCredentials = "client_credentials"
    /// The client, or whoever it acts for, holds another token (RFC 8693).
    case tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    /// An issuer vouches for the subject (RFC 7523 section 2.1), also with an identity assertion made for us
    /// (draft-ietf-oauth-identity-assertion-authz-grant).
    case jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
}
