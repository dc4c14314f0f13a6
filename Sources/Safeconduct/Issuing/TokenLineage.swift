// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import WorkloadIdentity

/// What a token takes over from whatever it is derived from: for whom it is, who acts, and what ends it.
struct TokenLineage: Sendable, Equatable {
    /// For whom the token is.
    var subject: ObjectID
    /// Who acts for ``subject``.
    var chain = ActorChain.none
    /// What for.
    var purpose: String
    /// The credentials that it descends from, oldest first.
    var ancestors: [ObjectID] = []
    /// What else can be cut that it belongs to.
    var scopes: [Scope] = []
    /// The end of whatever it descends from; nil when nothing bounds it but its class.
    var notAfter: Timestamp?
    /// The task that it is for; nil without one.
    var task: ObjectID?

    /// A token's beginning: a client asks for itself.
    init(of client: ObjectID, purpose: String) {
        subject = client
        self.purpose = purpose
    }

    /// What a token derived from `parent` takes over (RFC 8693 section 1.1).
    ///
    /// Whoever was in the chain stays in it, and whoever gets the token now joins it, asked or not: an exchange that
    /// loses an actor makes a delegate of somebody into that somebody. Whatever could end the parent ends its child.
    ///
    /// - Parameters:
    ///   - client: Who gets the new token.
    ///   - actor: Who acts by the word of an actor token; nil when the client speaks for itself.
    ///   - proof: What the client's and the actor's own credentials belong to.
    /// - Throws: ``IssueRefusal`` when the chain or the descent would be longer than a token can say.
    init(
        from parent: IssuedToken,
        to client: ObjectID,
        actor: ObjectID?,
        proof: (ancestors: [ObjectID], scopes: [Scope])
    ) throws(IssueRefusal) {
        subject = parent.subject
        purpose = parent.purpose
        task = parent.task
        notAfter = parent.expiresAt
        chain = parent.chain
        // Its holder may change it for a narrower one without a new hop: nobody joins.
        for joining in [actor, client].compactMap(\.self) where joining != Self.holder(parent, chain) {
            do throws(WorkloadIdentityError) {
                chain = try chain.appending(try Actor(subject: joining.description))
            } catch {
                throw IssueRefusal(.invalidGrant, error.message)
            }
        }
        var line = parent.ancestors
        for id in [parent.id] + proof.ancestors where !line.contains(id) { line.append(id) }
        // What does not fit among the ancestors is a scope: a cut of it still ends the token.
        ancestors = line.suffix(IssuedToken.maximumAncestors)
        let implied = Set(
            ancestors.map { Scope(.credential, $0.description) } + [Scope(.all), Scope(identity: subject)]
        )
        var seen: Set<Scope> = []
        for scope in parent.facts.scopes + line.map({ Scope(.credential, $0.description) }) + proof.scopes
        where !implied.contains(scope) && seen.insert(scope).inserted {
            scopes.append(scope)
        }
        guard scopes.count <= IssuedToken.maximumScopes else {
            throw IssueRefusal(.invalidGrant, "the token descends from more than a token can name")
        }
    }

    /// Why a token may not be exchanged as asked; nil when it may.
    ///
    /// Who takes a token from somebody is not helped by exchanging it: only its holder may, and those who serve the API
    /// that it was sent to. What is asked for is part of what it is good for.
    ///
    /// - Parameters:
    ///   - client: Who asks.
    ///   - servers: The identities that serve the API of `parent`.
    ///   - api: The API to be called, and the operations of it.
    ///   - task: The task of `parent`: it says what the whole delegation is for, so what comes of the token may be for
    ///     any of that.
    static func refusal(
        of parent: IssuedToken,
        to client: ObjectID,
        servers: [ObjectID],
        for api: ObjectID,
        _ operations: [String],
        within task: DeclaredTask? = nil
    ) -> IssueRefusal? {
        guard client == parent.client || servers.contains(client) else {
            return IssueRefusal(.invalidGrant, "the token is neither this client's nor meant for an API that it serves")
        }
        if let task, task.id == parent.task { return refusal(of: task, for: api, operations) }
        guard api == parent.audience else {
            return IssueRefusal(.invalidTarget, "the token is for another API")
        }
        guard operations.allSatisfy(parent.scope.contains) else {
            return IssueRefusal(.invalidScope, "the scope is wider than that of the token")
        }
        return nil
    }

    private static func refusal(of task: DeclaredTask, for api: ObjectID, _ operations: [String]) -> IssueRefusal? {
        operations.allSatisfy { task.reaches($0, of: api) }
            ? nil : IssueRefusal(.invalidScope, "the scope is wider than the task of the token")
    }

    /// Who has a token in hand: the newest actor, or else the client that got it.
    private static func holder(_ parent: IssuedToken, _ chain: ActorChain) -> ObjectID {
        if chain == parent.chain { return parent.client }
        return chain.current.flatMap { ObjectID($0.subject) } ?? parent.client
    }
}
