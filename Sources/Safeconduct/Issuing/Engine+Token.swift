// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// Answers a token request (RFC 6749 section 3.2): proves the client and the key it holds, spends what it proved them with,
    /// and has decided whether there is a token.
    ///
    /// Nothing is spent before everything is in order: a client that is asked for a nonce, or that misspelt a parameter, may
    /// send the same assertion again.
    public func token(_ request: TokenRequest) async -> TokenOutcome {
        switch await answer(request) {
        case .success(let answer): .granted(answer)
        case .failure(let refusal): .refused(refusal)
        }
    }

    private func answer(_ request: TokenRequest) async -> Result<TokenAnswer, TokenRefusal> {
        if let refusal = refusalToServe { return .failure(refusal) }
        guard let name = request.parameters["grant_type"] else {
            return .failure(TokenRefusal(.invalidRequest, "the parameter 'grant_type' is required"))
        }
        guard let grant = GrantType(rawValue: name) else {
            return .failure(TokenRefusal(.unsupportedGrantType, "this grant type is not offered"))
        }
        let presented: PresentedClient?
        switch client(of: request, asking: grant) {
        case .success(let client): presented = client
        case .failure(let refusal): return .failure(refusal)
        }
        let proof: PresentedProof?
        switch present(proof: request) {
        case .success(let found): proof = found
        case .failure(let refusal): return .failure(refusal)
        }
        var basis: GrantBasis
        switch await self.basis(of: request, asking: grant, presented, proof) {
        case .success(let found): basis = found
        case .failure(let refusal): return .failure(refusal)
        }
        let target: TokenTarget
        do throws(IssueRefusal) {
            let state = view.state
            try basis.take(taskOf: request.parameters, state, at: now())
            target = try TokenTarget(request.parameters, by: basis, state)
            try basis.check(target, against: state)
            try Self.check(basis, target, state)
        } catch {
            return .failure(TokenRefusal(error))
        }
        if let refusal = await spend(basis, proof) { return .failure(refusal) }
        if let presented { note(presented.client) }
        let wish = TokenWish(
            grant: grant.rawValue,
            client: basis.client,
            proven: presented.map { IssueFacts.Client($0.client) },
            api: target.api,
            operations: target.operations,
            confirmation: proof.map { IssuedToken.Confirmation.dpop($0.key) },
            lineage: basis.lineage
        )
        let type = grant == .tokenExchange ? request.parameters["requested_token_type"] : nil
        return Self.answer(
            await issue(wish),
            type: grant == .tokenExchange ? type ?? ExchangedTokenType.accessToken.rawValue : nil,
            at: now()
        )
    }

    /// The client that proves itself; nil when it leaves that to the token that it presents.
    private func client(
        of request: TokenRequest,
        asking grant: GrantType
    ) -> Result<PresentedClient?, TokenRefusal> {
        let proofs = ["client_assertion", "client_assertion_type", "client_secret"]
        let isProven = request.authorization != nil || proofs.contains { request.parameters[$0] != nil }
        if grant != .clientCredentials, !isProven { return .success(nil) }
        return present(client: request).map { $0 }
    }

    /// By what right the token is asked for.
    private func basis(
        of request: TokenRequest,
        asking grant: GrantType,
        _ presented: PresentedClient?,
        _ proof: PresentedProof?
    ) async -> Result<GrantBasis, TokenRefusal> {
        switch grant {
        case .clientCredentials:
            guard let presented else { return .failure(.clientMissing) }
            return .success(GrantBasis(of: presented))
        case .tokenExchange: return await exchange(request, presented, proof)
        case .jwtBearer: return await assertionGrant(request, presented, proof)
        }
    }

    /// Holds an exchange to what the exchanged token is good for.
    private static func check(
        _ basis: GrantBasis,
        _ target: TokenTarget,
        _ state: borrowing TrustState
    ) throws(IssueRefusal) {
        guard let parent = basis.parent else { return }
        let refusal = TokenLineage.refusal(
            of: parent,
            to: basis.client.identity.object.id,
            servers: state.apis[parent.audience]?.object.servedBy ?? [],
            for: target.api,
            target.operations,
            within: parent.task.flatMap { state.tasks[$0]?.object }
        )
        if let refusal { throw refusal }
    }

    /// Spends what the right rests on, and the proof of a key with it, in one commit; nil when all of it counts.
    private func spend(_ basis: GrantBasis, _ proof: PresentedProof?) async -> TokenRefusal? {
        let all = basis.uses + (proof.map { [GrantBasis.Use(use: $0.use, replayed: .proofReplayed)] } ?? [])
        return await spend(all)
    }

    /// Spends what proved the client, and its proof of a key with it, in one commit; nil when both count.
    func spend(_ client: PresentedClient, _ proof: PresentedProof?) async -> TokenRefusal? {
        await spend(
            GrantBasis.uses(of: client)
                + (proof.map { [GrantBasis.Use(use: $0.use, replayed: .proofReplayed)] } ?? [])
        )
    }

    private func spend(_ all: [GrantBasis.Use]) async -> TokenRefusal? {
        for (one, outcome) in zip(all, await uses.spend(all.map(\.use))) {
            switch outcome {
            case .spent: break
            case .spentBefore: return one.replayed
            case .unknown:
                return TokenRefusal(
                    .temporarilyUnavailable,
                    "it can't be known whether this was used before",
                    reason: "replay_unknown"
                )
            }
        }
        return nil
    }

    private static func answer(_ issue: TokenIssue, type: String?, at now: Timestamp) -> Result<
        TokenAnswer, TokenRefusal
    > {
        switch issue {
        case .issued(let text, let token):
            return .success(
                TokenAnswer(
                    accessToken: text,
                    tokenType: token.tokenType,
                    // Whole seconds that it has at least.
                    expiresIn: max(0, (token.expiresAt.milliseconds - now.milliseconds) / 1000),
                    scope: token.scope.description,
                    issuedTokenType: type,
                    authorizationDetails: token.details?.json
                )
            )
        case .refused(let refusal): return .failure(TokenRefusal(refusal))
        }
    }
}

extension TokenRefusal {
    /// What a decision came to, with what would have let it be.
    init(_ refusal: IssueRefusal) {
        let remedies = refusal.remedies.map(\.description).joined(separator: ", ")
        self.init(
            refusal.error,
            remedies.isEmpty ? refusal.message : "\(refusal.message); what would let it be: \(remedies)",
            decision: refusal.decision
        )
    }
}
