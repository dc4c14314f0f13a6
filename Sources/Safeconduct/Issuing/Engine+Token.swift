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
        let presented: PresentedClient
        switch present(client: request) {
        case .success(let client): presented = client
        case .failure(let refusal): return .failure(refusal)
        }
        let proof: PresentedProof?
        switch present(proof: request) {
        case .success(let found): proof = found
        case .failure(let refusal): return .failure(refusal)
        }
        let target: TokenTarget
        do throws(IssueRefusal) { target = try TokenTarget(request.parameters, view.state) } catch {
            return .failure(TokenRefusal(error))
        }
        if let refusal = await spend(presented, proof) { return .failure(refusal) }
        let client = presented.client
        let confirmation = proof.map { IssuedToken.Confirmation.dpop($0.key) }
        switch grant {
        case .clientCredentials:
            let wish = TokenWish(
                grant: grant.rawValue,
                client: client.subject,
                api: target.api,
                operations: target.operations,
                confirmation: confirmation,
                ancestors: client.ancestors,
                scopes: client.scopes,
                // Rights only shrink: no token outlives the key it was had by.
                notAfter: client.credential.object.custody.expiresAt
            )
            return Self.answer(await issue(wish), at: now())
        }
    }

    /// Spends what proved the client, and its proof of a key with it, in one commit; nil when both count.
    func spend(_ client: PresentedClient, _ proof: PresentedProof?) async -> TokenRefusal? {
        let outcomes = await uses.spend([client.use] + (proof.map { [$0.use] } ?? []))
        for (outcome, replayed) in zip(outcomes, [TokenRefusal.assertionReplayed, .proofReplayed]) {
            switch outcome {
            case .spent: break
            case .spentBefore: return replayed
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

    private static func answer(_ issue: TokenIssue, at now: Timestamp) -> Result<TokenAnswer, TokenRefusal> {
        switch issue {
        case .issued(let text, let token):
            return .success(
                TokenAnswer(
                    accessToken: text,
                    tokenType: token.tokenType,
                    // Whole seconds that it has at least.
                    expiresIn: max(0, (token.expiresAt.milliseconds - now.milliseconds) / 1000),
                    scope: token.scope.description,
                    authorizationDetails: token.details?.json
                )
            )
        case .refused(let refusal): return .failure(TokenRefusal(refusal))
        }
    }
}

extension TokenRefusal {
    /// What a decision came to, with what would have let it be.
    fileprivate init(_ refusal: IssueRefusal) {
        let remedies = refusal.remedies.map(\.description).joined(separator: ", ")
        self.init(
            refusal.error,
            remedies.isEmpty ? refusal.message : "\(refusal.message); what would let it be: \(remedies)",
            decision: refusal.decision
        )
    }
}
