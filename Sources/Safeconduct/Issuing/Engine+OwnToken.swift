// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

/// A token issued here, verified, and what cuts ask about it.
struct OwnToken: Sendable {
    let token: IssuedToken
    let facts: CredentialFacts
}

extension Engine {
    /// The token issued here that `text` is: signed by a key of ours that counts, and within its times. Nil for anything else.
    func ownToken(_ text: String, _ view: TrustView, at now: Timestamp) -> OwnToken? {
        guard text.utf8.count <= 16_384, let unverified = try? UnverifiedJWS(compact: text),
            TokenType(unverified.header.type) == .accessToken, let keyID = unverified.header.keyID,
            let key = view.tokenKeys.key(keyID, view.state, at: now),
            case .success(let verified) = unverified.verified(with: key, allowing: .es256),
            let claims = try? JWTClaims(verified), let token = try? IssuedToken(claims: claims.members),
            sameBytes(token.issuer, issuerURL), token.notBefore <= now, now < token.expiresAt
        else { return nil }
        var facts = token.facts
        facts.memberships.append(Scope(.key, keyID))
        return OwnToken(token: token, facts: facts)
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
