// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// Whether a token says that it is of a registered issuer: then its issuer's keys say whose it is, for which there may
    /// be something to wait for (``identity(token:)``). From memory, and proves nothing.
    public func namesIssuer(_ token: String) -> Bool {
        guard token.utf8.count <= 16_384, let unverified = try? UnverifiedJWS(compact: token),
            let url = unverified.claimedIssuer
        else { return false }
        return view.state.issuer(url: url) != nil
    }

    /// The identity that a token of a registered issuer proves. A one-time token is spent by it.
    public func identity(token: String) async -> Result<ProvenIdentity, SubjectRefusal> {
        let first = (view: view, now: now())
        let result: Result<PresentedToken, SubjectRefusal>
        if let known = verifier.recall(token, first.view, at: first.now) {
            result = known
        } else {
            result = await verifier.verify(token, besides: ownIssuer, first.view, at: first.now)
        }
        let presented: PresentedToken
        switch result {
        case .success(let token): presented = token
        case .failure(let refusal): return .failure(refusal)
        }
        // A token of ours may be bound to a key, of which nothing was proven here.
        guard presented.issued == nil else {
            return .failure(SubjectRefusal("token_own", "a token that was issued here gives no commands"))
        }
        // A cut counts for whatever is asked after it, at another node, too.
        await followHead()
        let (view, now) = (self.view, now())
        switch verifier.admission(of: presented, besides: ownIssuer, view, at: now) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let admission):
            if let refusal = verifier.refusal(of: admission.subject, view, at: now) { return .failure(refusal) }
            if let use = admission.use, let refusal = SubjectRefusal(await uses.spend(use)) { return .failure(refusal) }
            let identity = admission.subject.identity.object
            return .success(
                ProvenIdentity(
                    id: identity.id,
                    name: identity.name,
                    facts: admission.subject.facts,
                    fingerprint: presented.fingerprint
                )
            )
        }
    }
}
