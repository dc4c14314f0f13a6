// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel

/// A token whose signature a key of its issuer made.
struct PresentedToken: Sendable {
    /// Whose key signed a token.
    enum Signer: Sendable {
        /// That of a registered issuer, and the revision of its registration: another one may say that its keys are
        /// elsewhere.
        case issuer(ObjectID, rev: UInt64)
        /// Our own token key of this `kid`; with what the token says.
        case own(keyID: String, IssuedToken)
    }

    /// SHA-256 of the token as presented.
    let fingerprint: Fingerprint
    /// What was signed.
    let token: VerifiedJWS
    /// Whose key signed it.
    let signer: Signer

    /// The registered issuer; nil for our own tokens.
    var issuer: ObjectID? { if case .issuer(let id, _) = signer { id } else { nil } }
    /// What it says, if it was issued here.
    var issued: IssuedToken? { if case .own(_, let issued) = signer { issued } else { nil } }
}

/// The tokens that were verified lately. Bounded in number and in bytes.
struct TokenMemory: Sendable {
    private struct Verified {
        let presented: PresentedToken
        let until: Timestamp
    }

    /// How long a signature is not checked again, in milliseconds: a key that its issuer has withdrawn outlives the
    /// key set by no more than this.
    static let verifiedMilliseconds: Int64 = 60_000
    private static let verifiedLimit = 50_000
    private static let verifiedBytes = 64 << 20

    private var verified: [Fingerprint: Verified] = [:]
    private var bytes = 0

    /// The remembered token, if its signature need not be checked again.
    func token(_ fingerprint: Fingerprint, at now: Timestamp) -> PresentedToken? {
        verified[fingerprint].flatMap { $0.until > now ? $0.presented : nil }
    }

    mutating func remember(_ presented: PresentedToken, at now: Timestamp) {
        forget(presented.fingerprint)
        let size = presented.token.payload.count
        if verified.count >= Self.verifiedLimit || bytes + size > Self.verifiedBytes {
            verified = [:]
            bytes = 0
        }
        bytes += size
        let until = now.advanced(byMilliseconds: Self.verifiedMilliseconds)
        verified[presented.fingerprint] = Verified(presented: presented, until: until)
    }

    mutating func forget(_ fingerprint: Fingerprint) {
        guard let old = verified.removeValue(forKey: fingerprint) else { return }
        bytes -= old.presented.token.payload.count
    }
}
