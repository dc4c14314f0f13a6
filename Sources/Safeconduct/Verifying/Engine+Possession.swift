// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel
internal import WorkloadIdentity

/// Whether a question shows that its caller holds the key that its token is bound to.
enum Possession: Sendable {
    /// There is no key to be shown.
    case none
    /// It does, if the proof is spent for the first time.
    case shown(OneTimeUses.Use)
    /// It does not.
    case refused(SubjectRefusal)

    /// What has to be spent.
    var use: OneTimeUses.Use? { if case .shown(let use) = self { use } else { nil } }
}

extension Engine {
    /// What each question shows, once it is known whose token it has. A signature is checked for bound tokens alone.
    func possessions(_ questions: [Question], _ presentations: [Presentation]) -> [Possession] {
        let now = now()
        return zip(questions, presentations).map { question, presentation in
            guard case .token(let token) = question.subject, case .token(.success(let presented)) = presentation else {
                return .none
            }
            return possession(of: token, presented, question.dpop, at: now)
        }
    }

    private func possession(
        of token: String,
        _ presented: PresentedToken,
        _ claim: Question.ProofClaim?,
        at now: Timestamp
    ) -> Possession {
        switch presented.issued?.confirmation {
        case nil:
            // RFC 9449 section 7.1: who uses the scheme has a token that is bound.
            return claim == nil ? .none : .refused(Self.proofRefused("the token is not bound to any key"))
        case .mtls:
            return .refused(
                SubjectRefusal(
                    "proof_missing",
                    "the token is bound to a client certificate, and the call was made with none",
                    proof: ProofChallenge(kind: .mtls, error: "invalid_token", nonce: nil)
                )
            )
        case .dpop(let key):
            guard let claim, !claim.proof.isEmpty else {
                return .refused(
                    SubjectRefusal(
                        "proof_missing",
                        "the token is bound to a key, and there is no proof that the caller holds it",
                        proof: ProofChallenge(kind: .dpop, error: "invalid_token", nonce: nil)
                    )
                )
            }
            return possession(of: token, key, claim, at: now)
        }
    }

    private func possession(
        of token: String,
        _ key: Fingerprint,
        _ claim: Question.ProofClaim,
        at now: Timestamp
    ) -> Possession {
        guard let target = DPoPTarget(claim.url) else {
            return .refused(Self.proofRefused("the address of the call can be read in more than one way"))
        }
        let request = DPoPRequest(method: claim.method, target: target, accessToken: token)
        switch proofRules.admission(of: claim.proof, for: request, at: NumericDate(now)) {
        case .refused(let refusal):
            let nonce = refusal.error == .useDPoPNonce ? proofRules.nonces.nonce(at: NumericDate(now)) : nil
            return .refused(Self.proofRefused(refusal.message, nonce: nonce))
        case .admitted(let possession):
            guard possession.thumbprint == key.bytes else {
                return .refused(Self.proofRefused("the token is bound to another key"))
            }
            return .shown(
                OneTimeUses.Use(
                    namespace: "dpop:\(possession.jkt)",
                    identifier: possession.identifier,
                    // `iat` is cut to whole seconds: within the memory's first one a nonce says that the proof is younger.
                    issuedAt: Timestamp(possession.issuedAt).advanced(byMilliseconds: 999),
                    until: Timestamp(possession.acceptedUntil).advanced(byMilliseconds: 1000)
                )
            )
        }
    }

    /// Why a proof that was verified does not count; nil when it is spent now.
    static func refusal(ofProof outcome: OneTimeUses.Outcome) -> SubjectRefusal? {
        switch outcome {
        case .spent: nil
        case .spentBefore: proofRefused("this proof was used before, or may have been")
        case .unknown: SubjectRefusal(outcome)
        }
    }

    /// - Parameter nonce: The one to try again with; nil when no nonce helps.
    private static func proofRefused(_ message: String, nonce: String? = nil) -> SubjectRefusal {
        let error = nonce == nil ? "invalid_dpop_proof" : "use_dpop_nonce"
        return SubjectRefusal(
            "proof_refused",
            message,
            proof: ProofChallenge(kind: .dpop, error: error, nonce: nonce)
        )
    }

    /// Why a token that was issued here does not reach what it is presented for; nil when it does, or was not.
    ///
    /// What is asked is no policy: a token says itself what it is good for (RFC 9068 section 4, RFC 6750 section 3.1).
    static func refusal(of subject: Subject, reaching found: FoundResource) -> SubjectRefusal? {
        guard let issued = subject.issued else { return nil }
        let identity = subject.identity.object.id
        guard issued.audience == found.api.object.id else {
            return SubjectRefusal("token_audience", "the token is for another API", identity: identity)
        }
        // Of a call that reaches no operation that is what is told.
        guard let operation = found.operation, !issued.scope.contains(operation.name) else { return nil }
        return SubjectRefusal(
            "scope_insufficient",
            "the token is not for this operation",
            authenticate: false,
            identity: identity
        )
    }
}
