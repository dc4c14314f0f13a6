// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel
internal import WorkloadIdentity

/// The kinds of token that are exchanged here (RFC 8693 section 3), and what is written for them.
enum ExchangedTokenType: String, CaseIterable {
    case accessToken = "urn:ietf:params:oauth:token-type:access_token"
    case jwt = "urn:ietf:params:oauth:token-type:jwt"
    case idToken = "urn:ietf:params:oauth:token-type:id_token"

    /// Those that can be asked for.
    static let issued: [ExchangedTokenType] = [.accessToken, .jwt]
}

extension Engine {
    /// The right to a token by that of another (RFC 8693): of a foreign issuer's, which begins a chain, or of one that was
    /// issued here, which goes on with it.
    ///
    /// The client is whoever proves itself with the request; without that, whoever the actor token is about, and without
    /// one of those, whoever the subject token is about: such a client changes its own token for one of ours.
    func exchange(
        _ request: TokenRequest,
        _ presented: PresentedClient?,
        _ proof: PresentedProof?
    ) async -> Result<GrantBasis, TokenRefusal> {
        let form = request.parameters
        guard let subjectToken = form["subject_token"], let subjectType = form["subject_token_type"] else {
            return .failure(TokenRefusal(.invalidRequest, "subject_token and subject_token_type are required"))
        }
        guard (form["actor_token"] == nil) == (form["actor_token_type"] == nil) else {
            return .failure(TokenRefusal(.invalidRequest, "actor_token and actor_token_type come together"))
        }
        for type in [subjectType, form["actor_token_type"]].compactMap(\.self)
        where ExchangedTokenType(rawValue: type) == nil {
            return .failure(TokenRefusal(.invalidRequest, "a token of this type is not exchanged here"))
        }
        if let wanted = form["requested_token_type"],
            !ExchangedTokenType.issued.contains(where: { sameBytes($0.rawValue, wanted) })
        {
            return .failure(TokenRefusal(.invalidRequest, "a token of the requested type is not issued here"))
        }
        let subject: Admission
        switch await admission(ofGrant: subjectToken, "subject_token") {
        case .success(let admitted): subject = admitted
        case .failure(let refusal): return .failure(refusal)
        }
        var actor: Admission?
        if let text = form["actor_token"] {
            switch await admission(ofGrant: text, "actor_token") {
            case .success(let admitted): actor = admitted
            case .failure(let refusal): return .failure(refusal)
            }
        }
        let uses = [subject, actor].compactMap { $0?.use }.map { GrantBasis.Use(use: $0, replayed: .grantReplayed) }
        switch client(presented, subject.subject, actor?.subject, proof) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let client):
            return basis(client, presented, subject.subject, actor?.subject).map { basis in
                var basis = basis
                basis.uses =
                    uses + (presented.map(GrantBasis.uses) ?? [])
                return basis
            }
        }
    }

    /// What a token proves that is part of a request.
    func admission(
        ofGrant token: String,
        _ name: String,
        as use: TokenUse = .caller
    ) async -> Result<Admission, TokenRefusal> {
        let sound: (view: TrustView, now: Timestamp)
        switch soundView() {
        case .success(let found): sound = (found.0, found.1)
        case .failure(let refusal): return .failure(TokenRefusal(.temporarilyUnavailable, refusal.message))
        }
        let presented: Result<PresentedToken, SubjectRefusal>
        if let known = verifier.recall(token, sound.view, at: sound.now) {
            presented = known
        } else {
            presented = await verifier.verify(token, besides: ownIssuer, sound.view, at: sound.now)
        }
        return presented.flatMap { token in
            // Keys may have been waited for.
            let (view, now) = (self.view, self.now())
            return verifier.admission(of: token, besides: ownIssuer, as: use, view, at: now).flatMap { admission in
                verifier.refusal(of: admission.subject, view, at: now).map { .failure($0) } ?? .success(admission)
            }
        }.mapError { refusal in
            TokenRefusal(.invalidGrant, "\(name): \(refusal.message)", reason: "grant_\(refusal.code)")
        }
    }

    /// Who will hold the token.
    private func client(
        _ presented: PresentedClient?,
        _ subject: Subject,
        _ actor: Subject?,
        _ proof: PresentedProof?
    ) -> Result<Subject, TokenRefusal> {
        if let presented { return .success(presented.client.subject) }
        let holder = actor ?? subject
        guard let issued = holder.issued else {
            guard holder.facts.isBound(to: proof?.key) else { return .failure(.grantUnproven) }
            return .success(holder)
        }
        // One that was issued here was in other hands, too; whoever has its key is its holder.
        guard let confirmation = issued.confirmation, case .dpop(let key) = confirmation, key == proof?.key,
            let identity = view.state.identities[issued.client]
        else {
            return .failure(.grantUnproven)
        }
        return .success(
            Subject(
                identity: identity,
                proof: holder.proof,
                facts: holder.facts,
                issued: issued,
                isFromSecret: holder.isFromSecret
            )
        )
    }

    /// The right that comes of a subject and of those who act for it.
    private func basis(
        _ client: Subject,
        _ presented: PresentedClient?,
        _ subject: Subject,
        _ actor: Subject?
    ) -> Result<GrantBasis, TokenRefusal> {
        let clientID = client.identity.object.id
        let joining = actor.map { $0.issued?.client ?? $0.identity.object.id }
        do throws(IssueRefusal) {
            var lineage: TokenLineage
            if let parent = subject.issued {
                lineage = try TokenLineage(
                    from: parent,
                    to: clientID,
                    actor: joining,
                    proof: (presented?.client.ancestors ?? [], presented?.client.scopes ?? [])
                )
                if let end = presented?.client.credential.object.custody.expiresAt {
                    lineage.notAfter = min(lineage.notAfter ?? end, end)
                }
            } else {
                lineage = TokenLineage(
                    of: subject.identity.object.id,
                    purpose: subject.identity.object.custody.purpose
                )
                lineage.chain = try chain(of: subject, joining: [joining, clientID].compactMap(\.self))
                lineage.take(subject)
                if let presented { lineage.take(presented.client) }
            }
            if let actor {
                try mayAct(actor, for: subject)
                try lineage.take(actor: actor)
            } else {
                try mayAct(client, for: subject)
            }
            var basis = GrantBasis(client: client, lineage: lineage, uses: [])
            basis.parent = subject.issued
            return .success(basis)
        } catch {
            return .failure(TokenRefusal(error))
        }
    }

    /// The chain of a foreign token, and who joins it.
    func chain(of subject: Subject, joining: [ObjectID]) throws(IssueRefusal) -> ActorChain {
        do throws(WorkloadIdentityError) {
            var chain = ActorChain.none
            // Its actors are its issuer's, unless it says otherwise (RFC 8693 section 4.1).
            for actor in try ActorChain(subject.facts.claims["act"]).actors.reversed() {
                var members = actor.members
                if actor.issuer == nil { members["iss"] = subject.facts.subject.map { .string($0.issuer) } }
                chain = try chain.appending(try Actor(members: members))
            }
            var holder = chain.actors.isEmpty ? subject.identity.object.id : nil
            for id in joining where id != holder {
                chain = try chain.appending(try Actor(subject: id.description))
                holder = id
            }
            return chain
        } catch {
            throw IssueRefusal(.invalidGrant, error.message)
        }
    }

    /// Holds a foreign token to what it says of who may act (RFC 8693 section 4.4).
    private func mayAct(_ actor: Subject, for subject: Subject) throws(IssueRefusal) {
        guard subject.issued == nil, let claim = subject.facts.claims["may_act"], let issuer = subject.facts.subject
        else {
            return
        }
        let refusal = IssueRefusal(.invalidGrant, "the subject token says that others may act, not this one")
        guard let permitted = try? PermittedActor(claim) else { throw refusal }
        let identity = actor.identity.object
        var names: [(subject: String, issuer: String?)] = [
            (identity.id.description, issuerURL), (identity.name, issuerURL),
        ]
        if let foreign = actor.facts.subject, let name = foreign.subject { names.append((name, foreign.issuer)) }
        for binding in identity.federation {
            names.append((binding.subject, view.state.issuers[binding.issuer]?.object.url))
        }
        for name in names {
            if let candidate = try? Actor(subject: name.subject, issuer: name.issuer),
                permitted.permits(candidate, tokenIssuer: issuer.issuer)
            {
                return
            }
        }
        throw refusal
    }
}

extension TokenLineage {
    /// Makes the token a descendant of an actor's token, too.
    fileprivate mutating func take(actor: Subject) throws(IssueRefusal) {
        guard let issued = actor.issued else { return take(actor) }
        for scope in [Scope(.credential, issued.id.description)] + issued.facts.scopes
        where scope.kind != .all && !scopes.contains(scope) {
            scopes.append(scope)
        }
        notAfter = min(notAfter ?? issued.expiresAt, issued.expiresAt)
        guard scopes.count <= IssuedToken.maximumScopes else {
            throw IssueRefusal(.invalidGrant, "the token descends from more than a token can name")
        }
    }
}

extension CredentialFacts {
    /// Whether a foreign token is bound to no key, or to the one that was proved (RFC 7800 section 3.1).
    func isBound(to key: Fingerprint?) -> Bool {
        guard let confirmation = claims["cnf"] else { return true }
        guard let thumbprint = confirmation["jkt"]?.stringValue, confirmation.objectValue?.count == 1, let key else {
            return false
        }
        return sameBytes(thumbprint, key.thumbprint)
    }
}

extension TokenRefusal {
    static let grantUnproven = TokenRefusal(
        .invalidClient,
        "a client that does not prove itself has to prove the key that its token is bound to",
        reason: "client_missing"
    )
    static let grantReplayed = TokenRefusal(
        .invalidGrant,
        "the token was exchanged before, and counts once",
        reason: "grant_token_replayed"
    )
}
