// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

/// A client that proved itself, once what it presented is spent.
struct PresentedClient: Sendable {
    let client: ProvenClient
    /// What it spends by that; nil for a secret, which counts as often as it is shown.
    let use: OneTimeUses.Use?
}

extension Engine {
    /// The most bytes of a client assertion.
    static var assertionBytes: Int { 8192 }

    /// The identity that proves itself with a request (RFC 6749 section 2.3), once its assertion is spent.
    ///
    /// - Returns: The client, or `invalid_client` with as much as the holder of its key may know: who holds none learns
    ///   nothing of which identities and keys there are.
    public func authenticate(client request: TokenRequest) async -> Result<ProvenClient, TokenRefusal> {
        switch present(client: request) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let presented):
            if let refusal = await spend(presented, nil) { return .failure(refusal) }
            note(presented.client)
            return .success(presented.client)
        }
    }

    /// Who proves itself with a request. From memory: nothing is spent by it, so that a client which is asked for a nonce may
    /// send the same assertion again.
    func present(client request: TokenRequest) -> Result<PresentedClient, TokenRefusal> {
        let parameters = request.parameters
        let ways = [request.authorization, parameters["client_secret"], parameters["client_assertion"]]
        guard ways.compactMap(\.self).count < 2 else {
            return .failure(TokenRefusal(.invalidRequest, "a client proves itself in one way"))
        }
        if request.authorization != nil || parameters["client_secret"] != nil {
            return present(secret: request, view, at: now())
        }
        guard let assertion = parameters["client_assertion"], let type = parameters["client_assertion_type"] else {
            return .failure(.clientMissing)
        }
        guard sameBytes(type, ClientAssertion.type) else {
            return .failure(
                TokenRefusal(
                    .invalidClient,
                    "the client_assertion_type is not \(ClientAssertion.type)",
                    reason: "client_assertion_type"
                )
            )
        }
        return present(assertion: assertion, request, view, at: now())
    }

    private func present(
        assertion: String,
        _ request: TokenRequest,
        _ view: TrustView,
        at now: Timestamp
    ) -> Result<PresentedClient, TokenRefusal> {
        guard assertion.utf8.count <= Self.assertionBytes, let token = try? UnverifiedJWS(compact: assertion),
            let (credential, verified) = signer(of: token, view.state, at: now),
            let identity = view.state.identities[credential.object.holder]
        else { return .failure(.clientUnknown) }
        // From here on the caller holds a key of the identity: whether it still counts is told.
        if let refusal = view.state.refusal(of: credential, held: identity, at: now) { return .failure(refusal) }
        if let named = request.parameters["client_id"],
            view.state.find(named, kind: .identity) != identity.object.id
        {
            return .failure(.clientMismatch)
        }
        guard let rules = assertionRules(of: identity.object, at: request.endpoint),
            let claims = try? JWTClaims(verified)
        else { return .failure(.clientUnknown) }
        switch rules.admission(of: verified, at: NumericDate(now)) {
        case .refused(let refusal): return .failure(TokenRefusal(refusal))
        case .admitted(let admitted):
            // Even of two that are both ours: an assertion is for one server and one kind of use.
            guard claims.audiences.count == 1 else { return .failure(.assertionAudience) }
            let client = ProvenClient(
                identity: identity,
                credential: credential,
                method: .privateKeyJWT,
                audienceIsLegacy: claims.audiences.contains { !isIssuer($0) }
            )
            let use = OneTimeUses.Use(
                namespace: "assertion:\(identity.object.id)",
                identifier: admitted.identifier,
                // Whole seconds are what most libraries write: within that second it may have been issued at any moment.
                issuedAt: Timestamp(admitted.issuedAt).advanced(byMilliseconds: 999),
                until: Timestamp(admitted.acceptedUntil).advanced(byMilliseconds: 1000)
            )
            return .success(PresentedClient(client: client, use: use))
        }
    }

    /// The key that signed an assertion, if it is one of an identity.
    ///
    /// A `kid` that is a thumbprint names one key, and no other is tried. Any other `kid` is a name that the client made up,
    /// which says as much as none: the keys of whom it claims to be are tried, of which there are
    /// ``TrustModel/Credential/liveLimit`` at most.
    private func signer(
        of token: UnverifiedJWS,
        _ state: TrustState,
        at now: Timestamp
    ) -> (Record<Credential>, VerifiedJWS)? {
        let keyID = token.header.keyID
        let candidates: [Record<Credential>]
        if let fingerprint = keyID.flatMap({ Fingerprint(thumbprint: $0) }) {
            candidates = [state.credential(fingerprint: fingerprint)].compactMap { $0 }
        } else if let claimed = token.claimedSubject, let id = state.find(claimed, kind: .identity) {
            candidates = Array(
                state.credentials(of: id).filter { record in
                    record.object.custody.expiresAt > now
                        && state.revocations.standing(of: CredentialFacts(record)) == .good
                }.prefix(Credential.liveLimit)
            )
        } else {
            candidates = []
        }
        for record in candidates where record.object.type == .key && record.object.holder.kind == .identity {
            guard let key = record.object.verificationKey(named: keyID),
                case .success(let verified) = token.verified(with: key, allowing: IssuerRule.defaultAlgorithms)
            else { continue }
            return (record, verified)
        }
        return nil
    }

    /// What an identity's assertions must be at an endpoint (RFC 7523 section 3 and its revision). `exp` has no tolerance: the
    /// replay memory ends with it.
    private func assertionRules(of identity: Identity, at endpoint: String) -> ClientAssertionRules? {
        try? ClientAssertionRules(
            clientID: identity.id.description,
            otherNames: [identity.name],
            audience: issuerURL,
            // The first is the issuer as well: a URL without a path is the same with a slash (RFC 3986 section 6.2.3), and some
            // libraries write it so.
            legacyAudiences: ["\(issuerURL)/"] + (configuration.allowingLegacyAudiences ? [endpoint] : []),
            maximumLifetimeSeconds: Self.longestAssertionSeconds,
            skewSeconds: Self.assertionSkewSeconds
        )
    }

    private func isIssuer(_ audience: String) -> Bool {
        sameBytes(audience, issuerURL) || sameBytes(audience, "\(issuerURL)/")
    }
}

extension TrustState {
    /// Why an identity's credential does not count at `now`, told to who holds it; nil when it does.
    func refusal(
        of credential: Record<Credential>,
        held identity: Record<Identity>,
        at now: Timestamp
    ) -> TokenRefusal? {
        switch revocations.standing(of: CredentialFacts(credential)) {
        case .good: break
        case .cut: return TokenRefusal(.invalidClient, "the credential was revoked", reason: "client_revoked")
        case .held: return TokenRefusal(.invalidClient, "a hold is on the client", reason: "client_suspended")
        }
        guard !identity.retired else {
            return TokenRefusal(.invalidClient, "the credential was revoked", reason: "client_revoked")
        }
        guard credential.object.custody.expiresAt > now, identity.object.custody.expiresAt > now else {
            return TokenRefusal(.invalidClient, "the credential or its holder has expired", reason: "client_expired")
        }
        return nil
    }
}

extension Credential {
    /// The key under the name that a token gives it; its thumbprint when it gives none.
    fileprivate func verificationKey(named keyID: String?) -> VerificationKey? {
        guard let key = verificationKey, let keyID, let thumbprint, !sameBytes(keyID, thumbprint), var jwk else {
            return verificationKey
        }
        jwk["kid"] = .string(keyID)
        return (try? VerificationKey(jwk: .object(jwk))).flatMap { $0.thumbprint == key.thumbprint ? $0 : nil }
    }
}

extension TokenRefusal {
    static let clientMissing = TokenRefusal(
        .invalidClient,
        "client_assertion and client_assertion_type are required",
        reason: "client_missing"
    )
    /// All that somebody learns who holds no key of an identity.
    static let clientUnknown = TokenRefusal(
        .invalidClient,
        "the client is not known here, or this does not prove it",
        reason: "client_unknown"
    )
    static let assertionAudience = TokenRefusal(
        .invalidClient,
        "the assertion's aud is not this server's issuer alone",
        reason: "client_assertion_audience"
    )
    static let assertionReplayed = TokenRefusal(
        .invalidClient,
        "the assertion was used before; sign one for each request",
        reason: "client_assertion_replayed"
    )

    /// What the holder of a key is told of an assertion that does not count.
    fileprivate init(_ refusal: ClientAssertionRefusal) {
        switch refusal {
        case .claims(.audience), .claims(.missing(.audience)): self = .assertionAudience
        default: self.init(.invalidClient, refusal.message, reason: "client_assertion_\(refusal.code)")
        }
    }
}
