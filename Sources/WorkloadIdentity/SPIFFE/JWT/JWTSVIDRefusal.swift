// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// Why a token proves no SPIFFE ID.
public enum JWTSVIDRefusal: Error, Sendable, Equatable {
    /// The header has a member besides `alg`, `kid` and `typ`.
    case headerMember
    /// It names nobody: no payload with a `sub`.
    case subjectMissing
    /// Its `sub` is no SPIFFE ID.
    case subject(SPIFFEIDRefusal)
    /// Its `sub` is the SPIFFE ID of a trust domain, not of a workload.
    case subjectWithoutPath
    /// There is no bundle of the id's trust domain, or it has no key for JWT-SVIDs.
    case trustDomainUnknown
    /// Its key is not the trust domain's, its algorithm is not allowed, or its signature is wrong.
    case token(JOSEError)
    /// A registered claim or the type is refused.
    case claims(ClaimsRefusal)

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .headerMember: "token_header_member"
        case .subjectMissing: "claim_missing_sub"
        case .subject: "spiffe_id"
        case .subjectWithoutPath: "spiffe_id_without_path"
        case .trustDomainUnknown: "trust_domain_unknown"
        case .token(let error): "token_\(error.code)"
        case .claims(let refusal): refusal.code
        }
    }

    /// A sentence for people; it quotes nothing of the token but its times.
    public var message: String {
        switch self {
        case .headerMember: "the header of a JWT-SVID has 'alg', 'kid' and 'typ' only"
        case .subjectMissing: "the token has no 'sub'"
        case .subject(let refusal): "'sub' is no SPIFFE ID: \(refusal.message)"
        case .subjectWithoutPath: "'sub' is a SPIFFE ID without a path: it names the trust domain"
        case .trustDomainUnknown: "there is no key for JWT-SVIDs of the SPIFFE ID's trust domain"
        case .token(let error): error.message
        case .claims(let refusal): refusal.message
        }
    }
}

/// Whether a token proves a SPIFFE ID.
public enum JWTSVIDOutcome: Sendable {
    /// It does.
    case verified(JWTSVID)
    /// It does not.
    case refused(JWTSVIDRefusal)
}
