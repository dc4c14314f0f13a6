// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import WorkloadIdentity

/// By what right a token is asked for: verified, and not spent yet.
struct GrantBasis: Sendable {
    /// Something that counts once, and what the client is told when it counted before.
    struct Use: Sendable {
        let use: OneTimeUses.Use
        let replayed: TokenRefusal
    }

    /// Who will hold the token.
    let client: Subject
    /// What the token takes over.
    var lineage: TokenLineage
    /// The token that it is exchanged for; nil where it begins a chain.
    var parent: IssuedToken?
    /// The scope that whoever vouches for the subject allows; nil where that is all.
    var allowed: OAuthScope?
    /// The place or name of the API that it allows; nil where that is any.
    var allowedTarget: [String]?
    /// What was said of the task (RFC 9396); nil where nothing was.
    var detail: AuthorizationDetail?
    /// What has to be spent.
    var uses: [Use]

    /// The right of a client that acts for itself (RFC 6749 section 4.4).
    init(of presented: PresentedClient) {
        let client = presented.client
        self.client = client.subject
        lineage = TokenLineage(of: client.identity.object.id, purpose: client.identity.object.custody.purpose)
        lineage.take(client)
        uses = Self.uses(of: presented)
    }

    /// What a client spends by proving itself.
    static func uses(of presented: PresentedClient) -> [Use] {
        presented.use.map { [Use(use: $0, replayed: .assertionReplayed)] } ?? []
    }

    init(client: Subject, lineage: TokenLineage, uses: [Use]) {
        self.client = client
        self.lineage = lineage
        self.uses = uses
    }
}

extension TokenLineage {
    /// Makes the token a descendant of what a client proved itself with: whatever ends that ends it, and it does not
    /// outlive it.
    mutating func take(_ client: ProvenClient) {
        take(ancestors: client.ancestors, scopes: client.scopes, until: client.credential.object.custody.expiresAt)
    }

    /// Makes the token a descendant of a foreign token that proved somebody.
    mutating func take(_ subject: Subject) {
        guard case .token(_, _, let expiresAt) = subject.proof else { return }
        let facts = subject.facts
        var scopes = facts.memberships
        if let issuer = facts.issuer { scopes.append(Scope(.issuer, issuer.description)) }
        if let domain = facts.trustDomain { scopes.append(Scope(.trustDomain, domain)) }
        if facts.holder != self.subject { scopes.append(Scope(identity: facts.holder)) }
        take(ancestors: [], scopes: scopes, until: expiresAt)
    }

    private mutating func take(ancestors more: [ObjectID], scopes others: [Scope], until end: Timestamp) {
        for id in more where !ancestors.contains(id) { ancestors.append(id) }
        for scope in others where !scopes.contains(scope) { scopes.append(scope) }
        notAfter = min(notAfter ?? end, end)
    }
}
