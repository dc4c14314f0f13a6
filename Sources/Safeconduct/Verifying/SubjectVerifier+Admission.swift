// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import Synchronization
internal import TrustModel
internal import WorkloadIdentity

extension SubjectVerifier {
    /// The subject that a verified token proves in `view` at `now`; a one-time token is spent by it.
    func admit(
        _ presented: PresentedToken,
        _ view: TrustView,
        at now: Timestamp
    ) -> Result<Subject, SubjectRefusal> {
        let claims: JWTClaims
        do throws(JOSEError) {
            claims = try JWTClaims(presented.token)
        } catch {
            return .failure(Self.refusal(.token(error)))
        }
        guard let url = claims.issuer, let issuer = view.state.issuer(url: url),
            let compiled = view.issuers[issuer.object.id],
            case .success(let rule) = compiled.rule
        else { return .failure(Self.refusal(.issuerUnknown)) }
        guard issuer.object.custody.expiresAt > now else { return .failure(Self.issuerExpired) }
        guard issuer.object.id == presented.issuer, compiled.rev == presented.rev else {
            return .failure(SubjectRefusal("issuer_changed", "the issuer's registration has just changed; try again"))
        }
        let admitted: FederatedSubject
        switch rule.admission(of: presented.token, at: NumericDate(now)) {
        case .refused(let refusal):
            memory.withLock { $0.forget(presented.fingerprint) }
            return .failure(Self.refusal(refusal))
        case .admitted(let subject): admitted = subject
        }
        let identity: Record<Identity>
        switch bound(admitted, issuer.object.id, view) {
        case .success(let record): identity = record
        case .failure(let refusal): return .failure(refusal)
        }
        if let refusal = spend(admitted, issuer.object.id, now) { return .failure(refusal) }
        memory.withLock { memory in
            if memory.token(presented.fingerprint, at: now) == nil { memory.remember(presented, at: now) }
        }
        let subject = Subject(
            identity: identity,
            proof: .token(
                issuer: issuer.object.id,
                fingerprint: presented.fingerprint.description,
                expiresAt: Timestamp(admitted.expiresAt)
            ),
            facts: CredentialFacts(
                origin: .foreign(issuedAt: Timestamp(admitted.issuedAt)),
                holder: identity.object.id,
                issuer: issuer.object.id,
                trustDomain: issuer.object.trustDomain
            )
        )
        return refusal(of: subject, view, at: now).map { .failure($0) } ?? .success(subject)
    }

    /// The subject that an enforcement point vouches for.
    func admit(
        asserted reference: String,
        by point: ObjectID,
        _ view: TrustView,
        at now: Timestamp
    ) -> Result<Subject, SubjectRefusal> {
        guard let id = view.state.find(reference, kind: .identity), let identity = view.state.identities[id] else {
            return .failure(SubjectRefusal("identity_unknown", "no identity has this name", authenticate: false))
        }
        let subject = Subject(
            identity: identity,
            proof: .asserted(by: point),
            facts: CredentialFacts(origin: .vouched, holder: id)
        )
        return refusal(of: subject, view, at: now).map { .failure($0) } ?? .success(subject)
    }

    /// Why a subject's identity or credential does not count in `view` at `now`; nil when it does.
    func refusal(of subject: Subject, _ view: TrustView, at now: Timestamp) -> SubjectRefusal? {
        let id = subject.identity.object.id
        guard let identity = view.state.identities[id], !identity.retired else {
            return SubjectRefusal("identity_retired", "the identity was retired", authenticate: false, identity: id)
        }
        guard identity.object.custody.expiresAt > now else {
            return SubjectRefusal("identity_expired", "the identity has expired", authenticate: false, identity: id)
        }
        switch view.state.revocations.standing(of: subject.facts) {
        case .good: return nil
        case .held:
            return SubjectRefusal("identity_suspended", "a hold is on the identity", authenticate: false, identity: id)
        case .cut: return SubjectRefusal("credential_revoked", "the credential was revoked", identity: id)
        }
    }

    /// The one identity that is bound to a foreign subject.
    private func bound(
        _ subject: FederatedSubject,
        _ issuer: ObjectID,
        _ view: TrustView
    ) -> Result<Record<Identity>, SubjectRefusal> {
        let matching = view.state.identities(issuer: issuer, subject: subject.subject).filter { record in
            record.object.federation.contains { binding in
                binding.issuer == issuer && sameBytes(binding.subject, subject.subject)
                    && binding.claims.allSatisfy { subject.claims.members[$0.key] == $0.value }
            }
        }
        guard let identity = matching.first else {
            return .failure(
                SubjectRefusal("identity_unknown", "the token is genuine, but no identity is bound to its subject")
            )
        }
        guard matching.count == 1 else {
            return .failure(SubjectRefusal("identity_ambiguous", "the token proves more than one identity"))
        }
        return .success(identity)
    }

    /// Spends a one-time token; a refusal when it was spent before or can't be known not to have been.
    private func spend(_ subject: FederatedSubject, _ issuer: ObjectID, _ now: Timestamp) -> SubjectRefusal? {
        guard let identifier = subject.oneTimeID else { return nil }
        let issuedAt = Timestamp(subject.issuedAt)
        // What was spent before this process began is not known any more, so nothing older counts. That holds only as
        // long as no token was ever taken before its own `iat`: an issuer whose clock runs ahead gets no tolerance.
        guard issuedAt >= started else {
            return SubjectRefusal("token_replayed", "a one-time token from before this node started does not count")
        }
        guard issuedAt <= now else {
            return SubjectRefusal("token_issued_in_future", "a one-time token does not count before its 'iat'")
        }
        let until = Timestamp(subject.acceptedUntil)
        switch memory.withLock({ $0.spend(identifier, of: issuer, until: until, at: now) }) {
        case .spent: return nil
        case .spentBefore: return SubjectRefusal("token_replayed", "this one-time token was used before")
        case .full:
            return SubjectRefusal("replay_memory_full", "too many one-time tokens are remembered; try later")
        }
    }
}

extension NumericDate {
    /// The same moment.
    init(_ time: Timestamp) {
        self.init(seconds: time.milliseconds / 1000, nanoseconds: time.milliseconds % 1000 * 1_000_000)
    }
}

extension Timestamp {
    /// The same moment, its fraction cut to milliseconds.
    init(_ date: NumericDate) {
        self = Timestamp(seconds: date.seconds).advanced(byMilliseconds: date.nanoseconds / 1_000_000)
    }
}
