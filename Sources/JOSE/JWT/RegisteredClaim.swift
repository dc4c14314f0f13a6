// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A claim registered by RFC 7519 section 4.1.
public enum RegisteredClaim: String, Sendable, CaseIterable {
    /// `iss`
    case issuer = "iss"
    /// `sub`
    case subject = "sub"
    /// `aud`
    case audience = "aud"
    /// `exp`
    case expiresAt = "exp"
    /// `nbf`
    case notBefore = "nbf"
    /// `iat`
    case issuedAt = "iat"
    /// `jti`
    case identifier = "jti"
}

extension JWTClaims {
    /// Whether `claim` is there.
    public func has(_ claim: RegisteredClaim) -> Bool {
        switch claim {
        case .issuer: issuer != nil
        case .subject: subject != nil
        case .audience: !audiences.isEmpty
        case .expiresAt: expiresAt != nil
        case .notBefore: notBefore != nil
        case .issuedAt: issuedAt != nil
        case .identifier: identifier != nil
        }
    }
}
