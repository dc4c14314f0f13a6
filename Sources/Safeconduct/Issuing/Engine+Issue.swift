// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import JOSE
internal import StrictJSON
internal import TrustModel
internal import TrustStore
internal import WorkloadIdentity

/// What becomes of a wish for a token.
enum TokenIssue: Sendable {
    /// The token in its compact form, and what it says. What let it come to be is durable.
    case issued(String, IssuedToken)
    /// There is none.
    case refused(IssueRefusal)
}

/// Why there is no token.
struct IssueRefusal: Error {
    let error: OAuthError
    /// A sentence for the client.
    let message: String
    /// The decision that it was; nil when no policy was asked.
    var decision: ObjectID?
    /// What would let the client have it, cheapest first.
    var remedies: [Remedy] = []

    init(_ error: OAuthError, _ message: String, decision: ObjectID? = nil, remedies: [Remedy] = []) {
        self.error = error
        self.message = message
        self.decision = decision
        self.remedies = remedies
    }

    init(_ refusal: QuestionRefusal) { self.init(.temporarilyUnavailable, refusal.message) }
}

extension Engine {
    /// Decides whether a token may be issued, records that, and issues it: the policies are asked about each operation,
    /// and there is a token when they permit all of them.
    ///
    /// First the record, then the token: none is in anybody's hands that the evidence does not know.
    func issue(_ wish: TokenWish) async -> TokenIssue {
        await freshen()
        for _ in 1...Self.attempts {
            let asked: AskedToken
            switch soundView() {
            case .failure(let refusal): return .refused(IssueRefusal(refusal))
            case .success((let view, let now)):
                switch ask(wish, view, at: now) {
                case .failure(let refusal): return .refused(refusal)
                case .success(let made): asked = made
                }
            }
            let decisions: [Decision]
            switch await write(asked) {
            case .failure(let refusal): return .refused(refusal)
            case .success(let recorded): decisions = recorded
            }
            guard let token = asked.token else { return .refused(Self.refusal(decisions)) }
            await freshen()
            switch soundView() {
            case .failure(let refusal): return .refused(IssueRefusal(refusal))
            case .success((let view, let now)):
                // What changed while the leaf was written may be what forbids it.
                guard stands(wish, asked, view, at: now) else { continue }
            }
            guard let signer = await tokenSigner(), let text = try? token.signed(by: signer) else {
                return .refused(IssueRefusal(.serverError, "no key can sign the token now"))
            }
            return .issued(text, token)
        }
        return .refused(IssueRefusal(Self.restless))
    }

    /// Asks the policies about each operation.
    private func ask(_ wish: TokenWish, _ view: TrustView, at now: Timestamp) -> Result<AskedToken, IssueRefusal> {
        if let refusal = verifier.refusal(of: wish.client, view, at: now) {
            return .failure(IssueRefusal(.invalidClient, refusal.message))
        }
        guard let api = view.state.apis[wish.api], !api.retired, api.object.custody.expiresAt > now,
            view.state.revocations.hold(on: wish.api) == nil
        else { return .failure(IssueRefusal(.invalidTarget, "no such API answers now")) }
        let named = Set(wish.operations)
        let operations = api.object.operations.filter { named.contains($0.name) }
        guard !operations.isEmpty, operations.count == named.count, operations.count <= TokenWish.maximumOperations
        else { return .failure(IssueRefusal(.invalidScope, "the scope names operations that the API has not")) }
        var asked = operations.map { operation in
            decide(wish, Resource(api: api, operation: operation), view, at: now)
        }
        guard asked.allSatisfy(\.draft.outcome.permits) else {
            return .success(AskedToken(view: view, token: nil, made: asked.map { MadeDecision($0.draft, $0.extra) }))
        }
        guard let token = token(for: wish, api.object, operations, view, at: now) else {
            return .failure(IssueRefusal(.invalidGrant, "nothing is left of the time that the token could live"))
        }
        let issued = IssueFacts.Issued(
            token: token.id,
            expiresAt: token.expiresAt,
            key: token.confirmation?.thumbprint,
            operations: operations.map(\.name)
        )
        for index in asked.indices { asked[index].draft.issue?.issued = issued }
        return .success(AskedToken(view: view, token: token, made: asked.map { MadeDecision($0.draft, $0.extra) }))
    }

    /// What the policies say of a token for one operation.
    private func decide(
        _ wish: TokenWish,
        _ resource: Resource,
        _ view: TrustView,
        at now: Timestamp
    ) -> (draft: DecisionRecord, extra: DecisionDraft) {
        let subject = wish.client
        var draft = DecisionRecord(
            at: now,
            rev: view.state.rev ?? 0,
            point: subject.identity.object.id,
            api: resource.api.object.id,
            outcome: .deny,
            reason: ""
        )
        draft.operation = resource.operation.name
        draft.policySet = view.policies?.id
        draft.issue = IssueFacts(grant: wish.grant, client: wish.proven)
        draft.take(subject)
        draft.purpose = wish.lineage.purpose
        draft.task = wish.lineage.task
        draft.chain = ChainFacts(
            wish.lineage.chain,
            for: wish.lineage.subject == subject.identity.object.id ? nil : wish.lineage.subject
        )
        // The token's, not that of what the client came with.
        draft.binding = wish.confirmation?.binding ?? "bearer"
        draft.met = wish.confirmation.map { ["challenge:\($0.binding)"] } ?? []
        var extra = DecisionDraft(identity: subject.identity.object.name, policyDigest: view.policies?.digest)
        func denied(_ reason: String, _ message: String) -> (DecisionRecord, DecisionDraft) {
            draft.reason = reason
            extra.message = message
            return (draft, extra)
        }
        if resource.isElevated, view.state.isUnconfirmed {
            return denied("generation_unconfirmed", "the log was restored, and no operator has confirmed it yet")
        }
        guard let policies = view.policies,
            let world = RequestWorld(subject: subject, resource: resource, act: .issue, view: view)
        else { return denied("no_policies", "no policy set is active") }
        let context = CallContext(
            now: now,
            act: .issue,
            assurance: subject.assurance,
            binding: draft.binding,
            proven: subject.isProven,
            issuer: world.issuer.string,
            chain: ChainContext(draft.chain, of: subject.identity.object, view.state),
            callerScore: draft.score,
            apiScore: draft.apiScore,
            task: wish.lineage.task.map { CallTask($0, calling: resource, in: view.state, at: now) },
            method: resource.operation.method,
            attributes: JSONObject()
        )
        let judged = JudgedCall(policies, world, context, met: Set(draft.met), beside: view.shadowSet)
        settle(judged, policies, seen: JSONObject(), supplied: JSONObject(), &draft, &extra)
        return (draft, extra)
    }

    /// The token that all of it comes to; nil when its time would be over.
    private func token(
        for wish: TokenWish,
        _ api: Api,
        _ operations: [TrustModel.Operation],
        _ view: TrustView,
        at now: Timestamp
    ) -> IssuedToken? {
        let client = wish.client.identity.object
        let lifetimes = configuration.tokens
        let seconds = operations.map(lifetimes.ceiling).min() ?? lifetimes.elevated
        let ends = [
            now.advanced(byMilliseconds: seconds * 1000), client.custody.expiresAt, api.custody.expiresAt,
            wish.lineage.notAfter,
        ]
        // Whole seconds, cut: never a moment longer than any of them.
        guard let end = ends.compactMap(\.self).min(), end.milliseconds / 1000 > now.milliseconds / 1000,
            let scope = try? OAuthScope(operations.map(\.name).joined(separator: " "))
        else { return nil }
        var generator = SystemRandomNumberGenerator()
        var token = IssuedToken(
            id: ObjectID(kind: .credential, at: now, using: &generator),
            issuer: issuerURL,
            subject: wish.lineage.subject,
            client: client.id,
            audience: api.id,
            scope: scope,
            issuedAt: now,
            expiresAt: end,
            confirmation: wish.confirmation,
            chain: wish.lineage.chain,
            rev: view.state.rev ?? 0,
            purpose: wish.lineage.purpose,
            task: wish.lineage.task,
            ancestors: wish.lineage.ancestors,
            scopes: wish.lineage.scopes
        )
        token.details = token.taskDetails
        return token
    }

    /// Writes the leaves, all in one commit.
    private func write(_ asked: AskedToken) async -> Result<[Decision], IssueRefusal> {
        let outcomes = await records.submit(EvidenceWriter.items(asked.made))
        var addresses = DecisionAddresses(node: node.number)
        var decisions: [Decision] = []
        for (made, outcome) in zip(asked.made, outcomes) {
            guard case .written(let leaf) = outcome else {
                refusals.count(.point(made.record.point), "evidence_unavailable", at: made.at)
                return .failure(IssueRefusal(.temporarilyUnavailable, "the decision could not be recorded"))
            }
            let decision = Decision(made, at: leaf, &addresses)
            publish(decision, made.record)
            decisions.append(decision)
        }
        return .success(decisions)
    }

    /// Whether what was decided would be decided so again.
    private func stands(_ wish: TokenWish, _ asked: AskedToken, _ view: TrustView, at now: Timestamp) -> Bool {
        if view === asked.view { return true }
        return view.state.activePolicies == asked.view.state.activePolicies
            && view.state.shadowPolicies == asked.view.state.shadowPolicies
            && view.state.apis[wish.api]?.rev == asked.view.state.apis[wish.api]?.rev
            && view.state.revocations.hold(on: wish.api) == nil
            && view.state.identities[wish.client.identity.object.id]?.rev == wish.client.identity.rev
            && verifier.refusal(of: wish.client, view, at: now) == nil
    }

    /// What the client is told of decisions that do not all permit.
    private static func refusal(_ decisions: [Decision]) -> IssueRefusal {
        guard let first = decisions.first(where: { !$0.outcome.permits }) else { return IssueRefusal(restless) }
        return IssueRefusal(.accessDenied, first.message, decision: first.id, remedies: first.remedies)
    }
}

/// What was decided of a wish, not recorded yet.
private struct AskedToken {
    let view: TrustView
    /// The token to sign; nil when some operation is not permitted.
    let token: IssuedToken?
    let made: [MadeDecision]
}

extension IssuedToken.Confirmation {
    /// The word that policies see, which is also that of the challenge that it meets.
    var binding: String {
        switch self {
        case .dpop: "dpop"
        case .mtls: "mtls"
        }
    }
}
