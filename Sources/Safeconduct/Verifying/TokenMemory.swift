// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel

/// A token whose signature a key of its issuer made.
struct PresentedToken: Sendable {
    /// SHA-256 of the token as presented.
    let fingerprint: Fingerprint
    /// What was signed.
    let token: VerifiedJWS
    /// The issuer whose key signed it.
    let issuer: ObjectID
    /// The revision of that issuer's registration: another one may say that its keys are elsewhere.
    let rev: UInt64
}

/// The tokens that were verified lately, and the one-time tokens that are spent. Bounded in number and in bytes.
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
    private static let spentLimit = 500_000
    /// How long a full memory is not searched again for what may be forgotten, in milliseconds.
    private static let sweepPause: Int64 = 1000

    private var verified: [Fingerprint: Verified] = [:]
    private var bytes = 0
    // By issuer and `jti`, and until when each must be remembered.
    private var spent: [Fingerprint: Timestamp] = [:]
    private var swept: Timestamp?

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

    /// What became of spending a one-time token.
    enum Spending {
        case spent, spentBefore, full
    }

    mutating func spend(_ identifier: String, of issuer: ObjectID, until: Timestamp, at now: Timestamp) -> Spending {
        let key = Fingerprint(of: "\(issuer)/\(identifier)")
        if spent[key] != nil { return .spentBefore }
        if spent.count >= Self.spentLimit {
            if let swept, now.milliseconds - swept.milliseconds < Self.sweepPause { return .full }
            swept = now
            spent = spent.filter { $0.value > now }
            guard spent.count < Self.spentLimit else { return .full }
        }
        spent[key] = until
        return .spent
    }
}
