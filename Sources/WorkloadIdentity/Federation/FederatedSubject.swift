// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// Who a foreign token proved to be calling.
public struct FederatedSubject: Sendable {
    /// The issuer that vouches for it.
    public let issuer: IssuerURL
    /// Its name there.
    public let subject: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// `exp`.
    public let expiresAt: NumericDate
    /// Until when the token is accepted: `exp` and the skew. A one-time token must be remembered so long.
    public let acceptedUntil: NumericDate
    /// The `jti` when the token counts once only.
    public let oneTimeID: String?
    /// All claims.
    public let claims: JWTClaims

    init(
        issuer: IssuerURL,
        subject: String,
        issuedAt: NumericDate,
        expiresAt: NumericDate,
        acceptedUntil: NumericDate,
        oneTimeID: String?,
        claims: JWTClaims
    ) {
        self.issuer = issuer
        self.subject = subject
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.acceptedUntil = acceptedUntil
        self.oneTimeID = oneTimeID
        self.claims = claims
    }
}
