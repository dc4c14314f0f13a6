// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import Synchronization
internal import TrustModel
internal import WorkloadIdentity

/// Verifies whose token a question carries.
///
/// A signature costs more than the whole rest of a decision, so a verified token is remembered by its SHA-256; all that
/// can change (expiry, the issuer's rules, cuts, holds, the identity itself) is asked again each time.
final class SubjectVerifier: Sendable {
    private struct Memory {
        var tokens: [Fingerprint: VerifiedJWS] = [:]
        // The `jti` of one-time tokens and when each may be forgotten.
        var spent: [String: Timestamp] = [:]
    }

    private let keys: any KeySource
    private let started: Timestamp
    private let memory = Mutex(Memory())
    private static let tokenLimit = 50_000
    private static let spentLimit = 500_000

    init(keys: any KeySource, started: Timestamp) {
        self.keys = keys
        self.started = started
    }

    /// The subject whose credential is `token`.
    func subject(token: String, view: TrustView, at now: Timestamp) async -> Result<Subject, SubjectRefusal> {
        guard token.utf8.count <= 16_384 else {
            return .failure(SubjectRefusal("token_size", "the token has more than 16 KiB"))
        }
        let fingerprint = Fingerprint(of: token)
        let remembered = memory.withLock { $0.tokens[fingerprint] }
        let verified: VerifiedJWS
        if let remembered {
            verified = remembered
        } else {
            switch await verify(token, view) {
            case .success(let token): verified = token
            case .failure(let refusal): return .failure(refusal)
            }
        }
        return admit(verified, fingerprint, isNew: remembered == nil, view, now)
    }

    /// The subject that an enforcement point vouches for.
    func subject(
        asserted reference: String,
        by point: ObjectID,
        view: TrustView,
        at now: Timestamp
    ) -> Result<Subject, SubjectRefusal> {
        guard let id = view.state.find(reference, kind: .identity), let identity = view.state.identities[id] else {
            return .failure(SubjectRefusal("identity_unknown", "no identity has this name", authenticate: false))
        }
        let facts = CredentialFacts(origin: .foreign(issuedAt: now), holder: id)
        return standing(Subject(identity: identity, proof: .asserted(by: point), facts: facts), view, now)
    }

    private func verify(_ token: String, _ view: TrustView) async -> Result<VerifiedJWS, SubjectRefusal> {
        let unverified: UnverifiedJWS
        do {
            unverified = try UnverifiedJWS(compact: token)
        } catch {
            return .failure(SubjectRefusal("token_\(error.code)", error.message))
        }
        guard let url = unverified.claimedIssuer, let issuer = view.state.issuer(url: url),
            let compiled = view.issuers[issuer.object.id]
        else { return .failure(Self.refusal(.issuerUnknown)) }
        switch compiled.rule {
        case .failure(let error): return .failure(SubjectRefusal("issuer_unusable", error.message))
        case .success(let rule):
            switch await keys.keys(of: rule.issuer, at: compiled.keys, keyID: unverified.header.keyID) {
            case .failure(let failure): return .failure(SubjectRefusal(failure.code, failure.message))
            case .success(let set):
                return unverified.verified(with: set, allowing: rule.algorithms).mapError {
                    SubjectRefusal("token_\($0.code)", $0.message)
                }
            }
        }
    }

    private func admit(
        _ token: VerifiedJWS,
        _ fingerprint: Fingerprint,
        isNew: Bool,
        _ view: TrustView,
        _ now: Timestamp
    ) -> Result<Subject, SubjectRefusal> {
        guard let claims = try? JWTClaims(token), let url = claims.issuer,
            let issuer = view.state.issuer(url: url), let compiled = view.issuers[issuer.object.id],
            case .success(let rule) = compiled.rule
        else { return .failure(Self.refusal(.issuerUnknown)) }
        guard issuer.object.custody.expiresAt > now else {
            return .failure(SubjectRefusal("issuer_expired", "the issuer's registration has expired"))
        }
        let admitted: FederatedSubject
        switch rule.admission(of: token, at: NumericDate(now)) {
        case .refused(let refusal):
            memory.withLock { $0.tokens[fingerprint] = nil }
            return .failure(Self.refusal(refusal))
        case .admitted(let subject): admitted = subject
        }
        let matching = view.state.identities(issuer: issuer.object.id, subject: admitted.subject).filter { record in
            record.object.federation.contains { binding in
                binding.issuer == issuer.object.id && sameBytes(binding.subject, admitted.subject)
                    && binding.claims.allSatisfy { claims.members[$0.key] == $0.value }
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
        if let refusal = spend(admitted, issuer.object, now) { return .failure(refusal) }
        if isNew { remember(fingerprint, token) }
        let proof = Subject.Proof.token(
            issuer: issuer.object.id,
            fingerprint: fingerprint.description,
            expiresAt: Timestamp(admitted.expiresAt)
        )
        let facts = CredentialFacts(
            origin: .foreign(issuedAt: Timestamp(admitted.issuedAt)),
            holder: identity.object.id,
            issuer: issuer.object.id,
            trustDomain: issuer.object.trustDomain
        )
        return standing(Subject(identity: identity, proof: proof, facts: facts), view, now)
    }

    /// Whether the identity and its credential count at `now`.
    private func standing(
        _ subject: Subject,
        _ view: TrustView,
        _ now: Timestamp
    ) -> Result<Subject, SubjectRefusal> {
        let id = subject.identity.object.id
        guard !subject.identity.retired else {
            return .failure(
                SubjectRefusal("identity_retired", "the identity was retired", authenticate: false, identity: id)
            )
        }
        guard subject.identity.object.custody.expiresAt > now else {
            return .failure(
                SubjectRefusal("identity_expired", "the identity has expired", authenticate: false, identity: id)
            )
        }
        switch view.state.revocations.standing(of: subject.facts) {
        case .good: return .success(subject)
        case .held:
            return .failure(
                SubjectRefusal("identity_suspended", "a hold is on the identity", authenticate: false, identity: id)
            )
        case .cut:
            return .failure(SubjectRefusal("credential_revoked", "the credential was revoked", identity: id))
        }
    }

    private func remember(_ fingerprint: Fingerprint, _ token: VerifiedJWS) {
        memory.withLock { memory in
            if memory.tokens.count >= Self.tokenLimit { memory.tokens.removeAll() }
            memory.tokens[fingerprint] = token
        }
    }

    /// Spends a one-time token; a refusal when it was spent before or can't be known not to have been.
    private func spend(_ subject: FederatedSubject, _ issuer: Issuer, _ now: Timestamp) -> SubjectRefusal? {
        guard let identifier = subject.oneTimeID else { return nil }
        // What was spent before this process began is not known any more, so nothing older counts.
        guard Timestamp(subject.issuedAt) >= started else {
            return SubjectRefusal("token_replayed", "a one-time token from before this node started does not count")
        }
        let key = "\(issuer.id)/\(identifier)"
        return memory.withLock { memory in
            if memory.spent[key] != nil {
                return SubjectRefusal("token_replayed", "this one-time token was used before")
            }
            if memory.spent.count >= Self.spentLimit {
                memory.spent = memory.spent.filter { $0.value > now }
                guard memory.spent.count < Self.spentLimit else {
                    return SubjectRefusal("replay_memory_full", "too many one-time tokens are remembered; try later")
                }
            }
            memory.spent[key] = Timestamp(subject.acceptedUntil)
            return nil
        }
    }

    private static func refusal(_ refusal: FederationRefusal) -> SubjectRefusal {
        SubjectRefusal(refusal.code, refusal.message)
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
