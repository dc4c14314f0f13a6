// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel

/// A token issued here, verified, and what cuts ask about it.
struct OwnToken: Sendable {
    let token: IssuedToken
    let facts: CredentialFacts
}

extension Engine {
    /// The token issued here that `text` is: signed by a key of ours that counts, and within its times, as enforcement points
    /// have it verified. Nil for anything else.
    func ownToken(_ text: String, _ view: TrustView, at now: Timestamp) -> OwnToken? {
        guard text.utf8.count <= 16_384, let unverified = try? UnverifiedJWS(compact: text),
            let issuer = unverified.claimedIssuer, ownIssuer.matches(issuer),
            case .success(let presented) = verifier.verify(own: unverified, Fingerprint(of: text), view, at: now),
            case .own(let keyID, let token) = presented.signer,
            case .success(let admission) = verifier.admission(of: token, signedBy: keyID, presented, view, at: now)
        else { return nil }
        return OwnToken(token: token, facts: admission.subject.facts)
    }
}

extension TrustState {
    /// Whether a token issued here counts at `now`: nothing that it belongs to was cut or is held, and everybody who has a part
    /// in it is still there.
    func counts(_ own: OwnToken, at now: Timestamp) -> Bool {
        guard revocations.standing(of: own.facts) == .good else { return false }
        // The end of a task may be forgotten by now: nothing hangs on one that is not known.
        if let task = own.token.task.flatMap(ObjectID.init), tasks[task]?.object.state(at: now) != .open {
            return false
        }
        let parts = [own.token.subject, own.token.client, own.token.audience] + own.token.actors
        return parts.allSatisfy { summary(of: $0)?.isLive(at: now) == true }
    }
}
