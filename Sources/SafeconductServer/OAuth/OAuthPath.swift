// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where the OAuth endpoints are; the routes and the metadata agree on it.
enum OAuthPath {
    static let token = "/oauth2/token"
    static let authorization = "/oauth2/authorize"
    static let introspection = "/oauth2/introspect"
    static let revocation = "/oauth2/revoke"
    static let keys = "/oauth2/jwks"
    /// RFC 8414 section 3.
    static let server = "/.well-known/oauth-authorization-server"
    /// OpenID Connect Discovery 1.0 section 4: where clients look that know no other.
    static let openID = "/.well-known/openid-configuration"
    /// RFC 9728 section 3.
    static let resource = "/.well-known/oauth-protected-resource"
}
