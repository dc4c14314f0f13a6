// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE

/// Whether a proof shows that the sender of a request holds a key.
public enum DPoPOutcome: Sendable {
    /// It does, if its `jti` is spent for the first time.
    case admitted(DPoPPossession)
    /// It does not.
    case refused(DPoPRefusal)
}

/// The key that the sender of a request holds.
public struct DPoPPossession: Sendable {
    /// The key.
    public let key: VerificationKey
    /// Its SHA-256 thumbprint (RFC 7638), 32 bytes: what `cnf.jkt` of a bound token holds (RFC 9449 section 6).
    public let thumbprint: [UInt8]
    /// `jti`: it counts once for each key.
    public let identifier: String
    /// `iat`
    public let issuedAt: NumericDate
    /// Until when the rules would admit the proof again: replay memory must keep ``identifier`` as long.
    public let acceptedUntil: NumericDate

    /// ``thumbprint`` in base64url, as `jkt` spells it.
    public var jkt: String { Base64URL.string(thumbprint) }

    /// Whether a token bound to the key of this `cnf.jkt` is bound to this one.
    public func holds(jkt: String) -> Bool {
        guard let bound = Base64URL.decode(jkt) else { return false }
        return equalInConstantTime(bound, thumbprint)
    }
}

/// Why a proof shows nothing (RFC 9449 section 4.3).
public enum DPoPRefusal: Error, Sendable, Equatable {
    /// It is malformed, of another type, or its key or signature is wrong.
    case token(JOSEError)
    /// The claim of this name is absent or of the wrong shape.
    case claim(String)
    /// `htm` is another method.
    case method
    /// `htu` is another place.
    case target
    /// `iat` is too long ago.
    case expired(at: NumericDate)
    /// `iat` lies in the future.
    case issuedInFuture(at: NumericDate)
    /// It may be older than the process that remembers what was spent, and no nonce says otherwise.
    case beforeStart
    /// `ath` is absent, of another access token, or there is none to be the hash of.
    case accessToken
    /// A nonce is demanded and there is none.
    case nonceMissing
    /// The nonce is none of those that are good now.
    case nonce

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .token(let error): "proof_\(error.code)"
        case .claim(let name): "proof_claim_\(name)"
        case .method: "proof_method_mismatch"
        case .target: "proof_target_mismatch"
        case .expired: "proof_expired"
        case .issuedInFuture: "proof_issued_in_future"
        case .beforeStart: "proof_before_start"
        case .accessToken: "proof_access_token_mismatch"
        case .nonceMissing: "proof_nonce_missing"
        case .nonce: "proof_nonce_unknown"
        }
    }

    /// The error of RFC 9449 sections 5 and 8: a client that is told `use_dpop_nonce` tries again with the nonce that
    /// the answer brings.
    public var error: OAuthError {
        switch self {
        case .beforeStart, .nonceMissing, .nonce: .useDPoPNonce
        default: .invalidDPoPProof
        }
    }

    /// A sentence for people; it quotes nothing of the proof but its time.
    public var message: String {
        switch self {
        case .token(let error): error.message
        case .claim(let name): "the claim '\(name)' of the proof is absent or of the wrong shape"
        case .method: "'htm' of the proof is not the method of the request"
        case .target: "'htu' of the proof is not the URI of the request"
        case .expired(let date): "the proof was issued too long ago, at \(date.seconds)"
        case .issuedInFuture(let date): "the proof was issued in the future, at \(date.seconds)"
        case .beforeStart: "the proof may be older than this server's memory of proofs"
        case .accessToken: "'ath' of the proof is not the hash of the access token"
        case .nonceMissing: "the proof must have the nonce that the server gave"
        case .nonce: "the nonce of the proof is not one that the server gave lately"
        }
    }
}
