// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

extension Engine {
    /// The right to a token by an assertion of another issuer (RFC 7523 section 2.1).
    ///
    /// An identity assertion (ID-JAG) is made for us and for one client, which has to prove itself; whoever it is about is
    /// acted for by that client. Any other assertion is the workload's own token, with or without a client that acts for it.
    func assertionGrant(
        _ request: TokenRequest,
        _ presented: PresentedClient?,
        _ proof: PresentedProof?
    ) async -> Result<GrantBasis, TokenRefusal> {
        guard let text = request.parameters["assertion"] else {
            return .failure(TokenRefusal(.invalidRequest, "assertion is required"))
        }
        let type = (try? UnverifiedJWS(compact: text)).map { TokenType($0.header.type) }
        let isIdentityAssertion = type == .identityAssertion
        let admitted: Admission
        switch await admission(
            ofGrant: text,
            "assertion",
            as: isIdentityAssertion ? .identityAssertion(audience: issuerURL) : .caller
        ) {
        case .success(let admission): admitted = admission
        case .failure(let refusal): return .failure(refusal)
        }
        let subject = admitted.subject
        guard subject.issued == nil else {
            return .failure(TokenRefusal(.invalidGrant, "a token that was issued here is exchanged, not asserted"))
        }
        guard subject.facts.isBound(to: proof?.key) else { return .failure(.grantUnproven) }
        if isIdentityAssertion {
            guard let presented else { return .failure(.clientMissing) }
            guard let named = subject.facts.claims["client_id"]?.stringValue,
                view.state.find(named, kind: .identity) == presented.client.identity.object.id
            else {
                return .failure(
                    TokenRefusal(.invalidGrant, "the assertion is for another client", reason: "grant_client_mismatch")
                )
            }
        }
        let client = presented?.client.subject ?? subject
        do throws(IssueRefusal) {
            var lineage = TokenLineage(
                of: subject.identity.object.id,
                purpose: subject.identity.object.custody.purpose
            )
            lineage.chain = try chain(of: subject, joining: [client.identity.object.id])
            lineage.take(subject)
            if let presented { lineage.take(presented.client) }
            var basis = GrantBasis(
                client: client,
                lineage: lineage,
                uses: (admitted.use.map { [GrantBasis.Use(use: $0, replayed: .grantReplayed)] } ?? [])
                    + (presented.map(GrantBasis.uses) ?? [])
            )
            if isIdentityAssertion { try basis.take(boundsOf: subject.facts.claims) }
            return .success(basis)
        } catch {
            return .failure(TokenRefusal(error))
        }
    }
}

extension GrantBasis {
    /// Takes up what an identity assertion allows: a scope, and where the token may be used.
    fileprivate mutating func take(boundsOf claims: JSONObject) throws(IssueRefusal) {
        // Details that are not understood are bounds that are not kept.
        guard claims["authorization_details"] == nil else {
            throw IssueRefusal(.invalidGrant, "assertions with authorization_details are not taken here")
        }
        if let scope = claims["scope"] {
            guard let text = scope.stringValue, let read = try? OAuthScope(text) else {
                throw IssueRefusal(.invalidGrant, "the scope of the assertion is none")
            }
            allowed = read
        }
        guard let resource = claims["resource"] else { return }
        let places = resource.stringValue.map { [$0] } ?? resource.arrayValue?.compactMap(\.stringValue) ?? []
        guard !places.isEmpty, places.count <= 16, places.count == resource.arrayValue?.count ?? 1 else {
            throw IssueRefusal(.invalidGrant, "the resource of the assertion is none")
        }
        allowedTarget = places
    }
}
