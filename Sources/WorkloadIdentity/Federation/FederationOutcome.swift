// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// Whether a foreign token proves who calls.
public enum FederationOutcome: Sendable {
    /// It does.
    case admitted(FederatedSubject)
    /// It does not.
    case refused(FederationRefusal)
}

/// Why a foreign token proves nothing.
public enum FederationRefusal: Sendable, Equatable {
    /// No rule covers the issuer it claims, or it claims none.
    case issuerUnknown
    /// It is malformed, its key is not the issuer's, or its signature is wrong.
    case token(JOSEError)
    /// Its algorithm is no longer allowed for the issuer.
    case algorithm
    /// A registered claim or its type is refused.
    case claims(ClaimsRefusal)
    /// A claim that the rule demands is absent or has another value.
    case condition(ClaimPath)

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .issuerUnknown: "issuer_unknown"
        case .token(let error): "token_\(error.code)"
        case .algorithm: "token_algorithm_not_allowed"
        case .claims(let refusal): refusal.code
        case .condition: "claim_condition"
        }
    }

    /// A sentence for people; it quotes nothing of the token but its times.
    public var message: String {
        switch self {
        case .issuerUnknown: "the token is from no registered issuer"
        case .token(let error): error.message
        case .algorithm: "the token's algorithm is not allowed for its issuer"
        case .claims(let refusal): refusal.message
        case .condition(let path): "the claim '\(path)' is not what the issuer's rule demands"
        }
    }
}
