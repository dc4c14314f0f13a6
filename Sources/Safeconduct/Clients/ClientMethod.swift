// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How a client proves itself to the endpoints of this server.
///
/// The endpoints take it and the metadata lists it: what is a case here is offered. There is no `none`: nobody gets a token
/// without proving who they are.
public enum ClientMethod: String, Sendable, CaseIterable {
    /// An assertion signed by a key that is registered for the identity (RFC 7523 section 2.2).
    case privateKeyJWT = "private_key_jwt"
    /// A secret that was imported for the identity, in `Authorization` (RFC 6749 section 2.3.1). Each use is a finding.
    case clientSecretBasic = "client_secret_basic"
    /// The same in the form.
    case clientSecretPost = "client_secret_post"
}
