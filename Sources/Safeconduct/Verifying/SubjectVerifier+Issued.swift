// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import Synchronization
internal import TrustModel
internal import WorkloadIdentity

extension SubjectVerifier {
    /// How far ahead the clock of the node may run that issued a token, in seconds.
    private static var skew: Int64 { 10 }

    /// Checks the signature of a token that names us as its issuer (RFC 9068 section 4). The keys are at hand: nobody is
    /// asked.
    func verify(
        own unverified: UnverifiedJWS,
        _ fingerprint: Fingerprint,
        _ view: TrustView,
        at now: Timestamp
    ) -> Result<PresentedToken, SubjectRefusal> {
        guard TokenType(unverified.header.type) == .accessToken else {
            return .failure(SubjectRefusal("token_type", "of the tokens issued here only access tokens (at+jwt) count"))
        }
        guard let keyID = unverified.header.keyID, let key = view.tokenKeys.key(keyID, view.state, at: now) else {
            return .failure(Self.keyUnknown)
        }
        return unverified.verified(with: key, allowing: .es256)
            .mapError { SubjectRefusal("token_\($0.code)", $0.message) }
            .flatMap { verified in
                let issued: IssuedToken
                do {
                    issued = try IssuedToken(claims: try JWTClaims(verified).members)
                } catch {
                    return .failure(SubjectRefusal("token_claims", "the token's claims are not what is issued here"))
                }
                return .success(
                    PresentedToken(fingerprint: fingerprint, token: verified, signer: .own(keyID: keyID, issued))
                )
            }
    }

    /// What a token proves that was issued here; whether its operation and its key fit the question is asked apart.
    func admission(
        of issued: IssuedToken,
        signedBy keyID: String,
        _ presented: PresentedToken,
        _ view: TrustView,
        at now: Timestamp
    ) -> Result<Admission, SubjectRefusal> {
        guard view.tokenKeys.key(keyID, view.state, at: now) != nil else { return .failure(Self.keyUnknown) }
        guard now < issued.expiresAt else {
            memory.withLock { $0.forget(presented.fingerprint) }
            return .failure(SubjectRefusal("token_expired", "the token has expired"))
        }
        guard max(issued.issuedAt, issued.notBefore) <= now.advanced(byMilliseconds: Self.skew * 1000) else {
            return .failure(SubjectRefusal("token_not_yet_valid", "the token is not valid yet"))
        }
        guard let identity = view.state.identities[issued.subject] else {
            return .failure(SubjectRefusal("identity_unknown", "the token is genuine, but nobody knows its subject"))
        }
        memory.withLock { memory in
            if memory.token(presented.fingerprint, at: now) == nil { memory.remember(presented, at: now) }
        }
        var facts = issued.facts
        facts.memberships.append(Scope(.key, keyID))
        let subject = Subject(
            identity: identity,
            proof: .issued(
                credential: issued.id,
                fingerprint: presented.fingerprint.description,
                binding: Subject.Binding(issued.confirmation),
                expiresAt: issued.expiresAt
            ),
            facts: facts,
            issued: issued,
            isFromSecret: view.state.descendsFromSecret(issued)
        )
        return .success(Admission(subject: subject, use: nil))
    }

    private static var keyUnknown: SubjectRefusal {
        SubjectRefusal("token_key_unknown", "no token key that counts has this 'kid'")
    }
}

extension TrustState {
    /// Whether a client secret is among what a token descends from, near or far: what does not fit among its ancestors is one
    /// of its scopes.
    fileprivate func descendsFromSecret(_ token: IssuedToken) -> Bool {
        func isSecret(_ id: ObjectID) -> Bool { credentials[id]?.object.type == .secret }
        return token.ancestors.contains(where: isSecret)
            || token.scopes.contains { $0.kind == .credential && ObjectID($0.value).map(isSecret) ?? false }
    }
}

extension Subject.Binding {
    /// That of a token with this `cnf`.
    init(_ confirmation: IssuedToken.Confirmation?) {
        switch confirmation {
        case nil: self = .bearer
        case .dpop: self = .dpop
        case .mtls: self = .mtls
        }
    }
}
