// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// A workload identity that was proven by a token (JWT-SVID specification).
///
/// Only ``JWTSVIDRules`` make one. It is a bearer token: whoever received it can present it again until it expires.
public struct JWTSVID: Sendable {
    /// Whom it identifies; an id with a path.
    public let id: SPIFFEID
    /// `exp`.
    public let expiresAt: NumericDate
    /// `iat`, nil when the issuer wrote none.
    public let issuedAt: NumericDate?
    /// All claims.
    public let claims: JWTClaims

    init(id: SPIFFEID, expiresAt: NumericDate, claims: JWTClaims) {
        self.id = id
        self.expiresAt = expiresAt
        issuedAt = claims.issuedAt
        self.claims = claims
    }
}
