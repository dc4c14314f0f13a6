// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An error that an OAuth endpoint answers, by its registered name.
///
/// RFC 6749 section 5.2 and, where noted, the standards that add to it.
public enum OAuthError: String, Error, Sendable, CaseIterable {
    /// A parameter is missing, malformed or there twice.
    case invalidRequest = "invalid_request"
    /// The client isn't known or didn't prove itself.
    case invalidClient = "invalid_client"
    /// The grant, subject token or assertion is not valid.
    case invalidGrant = "invalid_grant"
    /// The client may not use this grant type.
    case unauthorizedClient = "unauthorized_client"
    /// The grant type isn't offered.
    case unsupportedGrantType = "unsupported_grant_type"
    /// The scope is malformed, unknown or wider than allowed.
    case invalidScope = "invalid_scope"
    /// The resource or audience is unknown or not allowed (RFC 8707 section 2, RFC 8693 section 2.2.2).
    case invalidTarget = "invalid_target"
    /// The proof must have the nonce that the answer brings (RFC 9449 section 8).
    case useDPoPNonce = "use_dpop_nonce"
    /// The proof is not valid (RFC 9449 section 5).
    case invalidDPoPProof = "invalid_dpop_proof"
    /// The authorization details are malformed, unknown or wider than allowed (RFC 9396 section 5).
    case invalidAuthorizationDetails = "invalid_authorization_details"
    /// The token type can't be revoked (RFC 7009 section 2.2.1).
    case unsupportedTokenType = "unsupported_token_type"
    /// Policy, or the owner, said no (RFC 6749 section 4.1.2.1).
    case accessDenied = "access_denied"
    /// Overloaded, or being looked after (RFC 6749 section 4.1.2.1).
    case temporarilyUnavailable = "temporarily_unavailable"
    /// Something broke here (RFC 6749 section 4.1.2.1).
    case serverError = "server_error"

    /// The value of `error`.
    public var code: String { rawValue }

    /// The HTTP status at the token endpoint and its kin: 400 unless another is specified (RFC 6749 section 5.2).
    public var status: Int {
        switch self {
        case .invalidClient: 401
        case .temporarilyUnavailable: 503
        case .serverError: 500
        default: 400
        }
    }

    /// The HTTP status at a protected resource, which challenges by `WWW-Authenticate` (RFC 9449 sections 7.1 and 9).
    public var statusAtResource: Int {
        switch self {
        case .useDPoPNonce, .invalidDPoPProof, .invalidClient: 401
        default: status
        }
    }
}
