// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why the claims of a verified token are refused.
public enum ClaimsRefusal: Sendable, Equatable {
    /// A claim that must be there is not.
    case missing(RegisteredClaim)
    /// `typ` is none of the accepted ones.
    case type
    /// `iss` is another issuer.
    case issuer
    /// `aud` names somebody who is not listed.
    case audience
    /// `exp` has passed.
    case expired(at: NumericDate)
    /// `nbf` has not come.
    case notYetValid(until: NumericDate)
    /// `iat` lies in the future.
    case issuedInFuture(at: NumericDate)
    /// `exp` is not after `iat` and `nbf`.
    case timesDisordered
    /// `exp` is too long after `iat`.
    case lifetime

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .missing(let claim): "claim_missing_\(claim.rawValue)"
        case .type: "token_type"
        case .issuer: "issuer_mismatch"
        case .audience: "audience_mismatch"
        case .expired: "token_expired"
        case .notYetValid: "token_not_yet_valid"
        case .issuedInFuture: "token_issued_in_future"
        case .timesDisordered: "token_times_disordered"
        case .lifetime: "token_lifetime"
        }
    }

    /// A sentence for people; it quotes nothing of the token but its times.
    public var message: String {
        switch self {
        case .missing(let claim): "the token has no '\(claim.rawValue)'"
        case .type: "the token is of another type than accepted here"
        case .issuer: "the token is from another issuer"
        case .audience: "the token is also, or only, meant for somebody else"
        case .expired(let date): "the token expired at \(date.seconds)"
        case .notYetValid(let date): "the token is not valid before \(date.seconds)"
        case .issuedInFuture(let date): "the token was issued in the future, at \(date.seconds)"
        case .timesDisordered: "the token expires before it begins"
        case .lifetime: "the token lives longer than allowed here"
        }
    }
}
