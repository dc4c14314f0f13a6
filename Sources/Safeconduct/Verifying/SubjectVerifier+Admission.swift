// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import Synchronization
internal import TrustModel
internal import WorkloadIdentity

extension SubjectVerifier {
    /// What a verified token proves in `view` at `now`; whether it still counts there is asked apart
    /// (``refusal(of:_:at:)``), and a one-time token has to be spent.
    func admission(
        of presented: PresentedToken,
        besides own: OwnIssuer,
        as use: TokenUse = .caller,
        _ view: TrustView,
        at now: Timestamp
    ) -> Result<Admission, SubjectRefusal> {
        let (signer, rev): (ObjectID, UInt64)
        switch presented.signer {
        case .own(let keyID, let issued):
            guard own.matches(issued.issuer), use == .caller else { return .failure(Self.refusal(.issuerUnknown)) }
            return admission(of: issued, signedBy: keyID, presented, view, at: now)
        case .issuer(let id, let itsRev): (signer, rev) = (id, itsRev)
        }
        let claims: JWTClaims
        do throws(JOSEError) {
            claims = try JWTClaims(presented.token)
        } catch {
            return .failure(Self.refusal(.token(error)))
        }
        // A foreign registration under our own URL vouches for nobody.
        guard let url = claims.issuer, !own.matches(url), let issuer = view.state.issuer(url: url),
            let compiled = view.issuers[issuer.object.id],
            case .success(let rule) = compiled.rule
        else { return .failure(Self.refusal(.issuerUnknown)) }
        guard issuer.object.custody.expiresAt > now else { return .failure(Self.issuerExpired) }
        guard issuer.object.id == signer, compiled.rev == rev else {
            return .failure(SubjectRefusal("issuer_changed", "the issuer's registration has just changed; try again"))
        }
        let admitted: FederatedSubject
        guard let wanted = rule.narrowed(to: use, presented.token.header) else { return .failure(Self.wrongUse) }
        switch wanted.admission(of: presented.token, at: NumericDate(now)) {
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
        let use: OneTimeUses.Use?
        switch oneTimeUse(of: admitted, issuer.object.id, now) {
        case .success(let found): use = found
        case .failure(let refusal): return .failure(refusal)
        }
        memory.withLock { memory in
            if memory.token(presented.fingerprint, at: now) == nil { memory.remember(presented, at: now) }
        }
        let workload = Subject.Workload(admitted)
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
                subject: ForeignSubject(issuer: issuer.object.url, subject: admitted.subject),
                claims: admitted.claims.members,
                trustDomain: issuer.object.trustDomain,
                memberships: [Scope(.workload, workload.name)]
            ),
            workload: workload
        )
        return .success(Admission(subject: subject, use: use))
    }

    private static var wrongUse: SubjectRefusal {
        SubjectRefusal("token_type", "this is not what tokens of this type are for, or its issuer may not vouch so")
    }

    /// The subject that an enforcement point vouches for.
    func admit(
        asserted reference: String,
        by point: ObjectID,
        _ view: TrustView
    ) -> Result<Subject, SubjectRefusal> {
        guard let id = view.state.find(reference, kind: .identity), let identity = view.state.identities[id] else {
            return .failure(SubjectRefusal("identity_unknown", "no identity has this name", authenticate: false))
        }
        let subject = Subject(
            identity: identity,
            proof: .asserted(by: point),
            facts: CredentialFacts(origin: .vouched, holder: id)
        )
        return .success(subject)
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
        for party in subject.parties {
            guard let record = view.state.identities[party], !record.retired, record.object.custody.expiresAt > now
            else {
                return SubjectRefusal("party_ended", "who got the token, or acts in it, counts no more", identity: id)
            }
        }
        switch view.state.revocations.standing(of: subject.facts) {
        case .good:
            // What ended it may be forgotten by now: nothing hangs on a task that is not known.
            guard let task = subject.task, view.state.tasks[task]?.object.state(at: now) != .open else { return nil }
            return SubjectRefusal("task_over", "the task of the credential is over", identity: id)
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
        let matching = view.state.identities(issuer: issuer, subject: subject.subject, claims: subject.claims.members)
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

    /// What has to be spent for a token of a one-time issuer; nil for any other.
    private func oneTimeUse(
        of subject: FederatedSubject,
        _ issuer: ObjectID,
        _ now: Timestamp
    ) -> Result<OneTimeUses.Use?, SubjectRefusal> {
        guard let identifier = subject.oneTimeID else { return .success(nil) }
        let issuedAt = Timestamp(subject.issuedAt)
        // What was spent before the replay memory began is not known, so nothing older counts. That holds only as long
        // as no token was ever taken before its own `iat`: an issuer whose clock runs ahead gets no tolerance.
        guard issuedAt <= now else {
            return .failure(
                SubjectRefusal("token_issued_in_future", "a one-time token does not count before its 'iat'")
            )
        }
        return .success(
            OneTimeUses.Use(
                namespace: issuer.description,
                identifier: identifier,
                issuedAt: issuedAt,
                until: Timestamp(subject.acceptedUntil)
            )
        )
    }
}

/// What a foreign token is presented for.
enum TokenUse: Sendable, Equatable {
    /// Its holder calls, or wants a token of ours for it.
    case caller
    /// Another authorization server vouches for its subject at this audience (draft-ietf-oauth-identity-assertion-authz-grant).
    case identityAssertion(audience: String)
}

extension TokenType {
    /// `oauth-id-jag+jwt`, an identity assertion for another authorization server.
    static let identityAssertion = TokenType.media("oauth-id-jag+jwt")
}

extension IssuerRule {
    /// The rule for one use; nil when tokens of this type are not for it.
    ///
    /// An assertion counts once, for us alone, and only from issuers whose registration lists its type; it never passes
    /// for a token of a caller.
    fileprivate func narrowed(to use: TokenUse, _ header: JWSHeader) -> IssuerRule? {
        let isAssertion = TokenType(header.type) == .identityAssertion
        guard case .identityAssertion(let audience) = use else { return isAssertion ? nil : self }
        guard isAssertion, types.contains(.identityAssertion) else { return nil }
        return try? IssuerRule(
            issuer: issuer,
            audiences: [audience],
            algorithms: algorithms,
            types: [.identityAssertion],
            maximumLifetimeSeconds: maximumLifetimeSeconds,
            skewSeconds: skewSeconds,
            conditions: conditions,
            isOneTime: true
        )
    }
}

/// What a verified token proves.
struct Admission: Sendable {
    /// Whose it is.
    let subject: Subject
    /// What has to be spent before it counts; nil for tokens that may come again.
    let use: OneTimeUses.Use?
}

extension SubjectRefusal {
    /// Why a one-time token that was presented does not count; nil when it does.
    init?(_ outcome: OneTimeUses.Outcome) {
        switch outcome {
        case .spent: return nil
        case .spentBefore: self.init("token_replayed", "this one-time token was used before, or may have been")
        case .unknown:
            self.init("replay_memory_full", "whether this one-time token was used before can't be known; try later")
        }
    }
}

extension Subject.Workload {
    init(_ subject: FederatedSubject) {
        name = Self.name(of: ForeignSubject(issuer: subject.issuer.description, subject: subject.subject))
        notBefore = Timestamp(subject.claims.notBefore ?? subject.issuedAt)
        expiresAt = Timestamp(subject.expiresAt)
    }

    /// The name that decisions have of a subject: it may be a person's address.
    static func name(of tokens: ForeignSubject) -> String {
        let subject = tokens.subject ?? ""
        return SPIFFEID(subject)?.description ?? "sha256:\(Fingerprint(of: "\(tokens.issuer)\n\(subject)"))"
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
