// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
public import TrustModel
internal import TrustStore

extension Engine {
    /// Answers a question: verify, assess, decide, record; durable when this returns.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - point: The authenticated enforcement point that asks.
    public func decide(
        _ question: Question,
        for point: TrustModel.Record<EnforcementPoint>
    ) async -> Result<Decision, QuestionRefusal> {
        let view = self.view
        let now = clock.now(head: view.state.time)
        if clock.jumped {
            return .failure(QuestionRefusal("clock_unsound", "the wall clock has jumped; this node answers nothing"))
        }
        let resource: FoundResource
        switch find(question, for: point.object, view, now) {
        case .success(let found): resource = found
        case .failure(let refusal): return .failure(refusal)
        }
        var draft = DecisionRecord(
            at: now,
            rev: view.state.rev ?? 0,
            point: point.object.id,
            api: resource.api.object.id,
            outcome: .deny,
            reason: ""
        )
        draft.operation = resource.operation?.name
        draft.policySet = view.policies?.id

        let subject: Subject
        switch await verify(question.subject, point.object, view, now) {
        case .success(let verified): subject = verified
        case .failure(let refusal):
            draft.identity = refusal.identity
            draft.reason = refusal.code
            return await record(draft, DecisionDraft(message: refusal.message, authenticate: refusal.authenticate))
        }
        draft.identity = subject.identity.object.id
        draft.purpose = subject.identity.object.custody.purpose
        draft.assurance = subject.assurance
        draft.binding = subject.binding
        if case .token(let issuer, let fingerprint, _) = subject.proof {
            draft.issuer = issuer
            draft.credential = fingerprint
        }
        var extra = DecisionDraft(identity: subject.identity.object.name)

        guard let operation = resource.operation else {
            draft.reason = "operation_unknown"
            extra.message = "the API has no such operation"
            return await record(draft, extra)
        }
        let called = Resource(api: resource.api, operation: operation)
        let seen = attributes(question.attributes, of: operation, subject.identity.object.id, &draft)
        guard let policies = view.policies,
            let world = RequestWorld(subject: subject, resource: called, state: view.state)
        else {
            draft.reason = "no_policies"
            extra.message = "no policy set is active"
            return await record(draft, extra)
        }
        let context = CallContext(
            now: now,
            assurance: subject.assurance,
            binding: subject.binding,
            proven: subject.isProven,
            issuer: world.issuer.string,
            callerScore: draft.score,
            apiScore: draft.apiScore,
            attributes: seen
        )
        let judgement = Judgement(policies, world, context: context.record, met: [])
        settle(judgement, policies.id, &draft, &extra)
        return await record(draft, extra)
    }

    private func find(
        _ question: Question,
        for point: EnforcementPoint,
        _ view: TrustView,
        _ now: Timestamp
    ) -> Result<FoundResource, QuestionRefusal> {
        let found: FoundResource
        switch question.resource {
        case .operation(let name):
            let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let id = view.state.find(parts[0], kind: .api), point.apis.contains(id),
                let api = view.state.apis[id]
            else { return .failure(Self.notGranted) }
            found = FoundResource(api: api, operation: api.object.operations.first { $0.name == parts[1] })
        case .call(let host, let method, let path):
            let authority = host.flatMap(CallTarget.normalizedHost)
            let apis = point.apis.compactMap { view.state.apis[$0] }.filter { record in
                !record.retired
                    && (record.object.hosts.isEmpty || authority.map(record.object.hosts.contains) ?? false)
            }
            guard let first = apis.first else { return .failure(Self.notGranted) }
            guard let segments = CallTarget.segments(ofPath: path) else {
                return .failure(
                    QuestionRefusal(
                        "path_ambiguous",
                        "the path can be read in more than one way, so it is not passed on"
                    )
                )
            }
            let matches = apis.compactMap { record in
                record.object.routes.operation(method: method, segments: segments).map {
                    FoundResource(api: record, operation: record.object.operations[$0])
                }
            }
            guard matches.count <= 1 else {
                return .failure(QuestionRefusal("path_ambiguous", "more than one API answers to this call"))
            }
            found = matches.first ?? FoundResource(api: first, operation: nil)
        }
        guard !found.api.retired, found.api.object.custody.expiresAt > now else {
            return .failure(QuestionRefusal("api_expired", "the API's registration has expired or was retired"))
        }
        guard view.state.revocations.hold(on: found.api.object.id) == nil else {
            return .failure(QuestionRefusal("api_suspended", "a hold is on the API"))
        }
        if let action = question.action, let operation = found.operation, action != "call",
            action != operation.action.rawValue
        {
            return .failure(
                QuestionRefusal(
                    "action_unknown",
                    "the operation '\(operation.name)' is a \(operation.action.rawValue); ask for that or for 'call'"
                )
            )
        }
        return .success(found)
    }

    private static var notGranted: QuestionRefusal {
        QuestionRefusal("not_granted", "this enforcement point was not granted questions about this API")
    }

    private func verify(
        _ claim: Question.SubjectClaim,
        _ point: EnforcementPoint,
        _ view: TrustView,
        _ now: Timestamp
    ) async -> Result<Subject, SubjectRefusal> {
        switch claim {
        case .none:
            return .failure(SubjectRefusal("token_missing", "the call carries no credential"))
        case .token(let token):
            guard point.subjects.contains(.proven) else {
                return .failure(
                    SubjectRefusal(
                        "not_granted",
                        "this enforcement point may not ask about tokens",
                        authenticate: false
                    )
                )
            }
            return await verifier.subject(token: token, view: view, at: now)
        case .asserted(let reference):
            guard point.subjects.contains(.asserted) else {
                return .failure(
                    SubjectRefusal(
                        "not_granted",
                        "this enforcement point may not vouch for subjects",
                        authenticate: false
                    )
                )
            }
            return verifier.subject(asserted: reference, by: point.id, view: view, at: now)
        }
    }

    /// Splits the request attributes into those that policies see, which are sealed into the record, and the rest, of
    /// which only a keyed digest stays.
    private func attributes(
        _ attributes: JSONObject,
        of operation: TrustModel.Operation,
        _ identity: ObjectID,
        _ draft: inout DecisionRecord
    ) -> JSONObject {
        guard !attributes.isEmpty else { return attributes }
        var seen = JSONObject()
        var withheld = JSONObject()
        for member in attributes {
            if operation.attributes.contains(member.key) {
                seen[member.key] = member.value
            } else {
                withheld[member.key] = member.value
            }
        }
        if !withheld.isEmpty { draft.withheld = sealer.digest(of: JSONValue.object(withheld).serialized()) }
        guard !seen.isEmpty,
            let sealed = try? sealer.seal(JSONValue.object(seen).serialized(), for: identity, at: draft.at)
        else { return JSONObject() }
        draft.attributes = sealed
        return seen
    }

    /// Turns what the policies say into what the enforcement point has to do; limits are met here.
    private func settle(
        _ judgement: Judgement,
        _ policies: ObjectID,
        _ draft: inout DecisionRecord,
        _ extra: inout DecisionDraft
    ) {
        draft.determining = judgement.determining
        draft.failures = judgement.failures
        switch judgement.verdict {
        case .permitted:
            draft.outcome = .allow
            draft.reason = "permitted"
            extra.message = "permitted"
        case .forbidden:
            draft.reason = "forbidden"
            extra.message = "a policy forbids this call"
        case .notPermitted:
            draft.reason = "not_permitted"
            extra.message = "no policy permits this call"
        case .remediable(let offers):
            extra.remedies = offers.map(\.remedy)
            draft.remedies = offers.map(\.remedy.description)
            let costs = offers.map(\.remedy.cost)
            if costs.contains(1) {
                draft.outcome = .challenge
                draft.reason = "challenge_required"
                extra.message = "the caller has to prove more"
            } else if costs.contains(2) {
                draft.outcome = .approve
                draft.reason = "approval_required"
                extra.message = "the call has to be approved"
            } else {
                take(offers, policies, &draft, &extra)
            }
        }
    }

    private func take(
        _ offers: [Judgement.RemedyOffer],
        _ policies: ObjectID,
        _ draft: inout DecisionRecord,
        _ extra: inout DecisionDraft
    ) {
        guard let identity = draft.identity else { return }
        for offer in offers {
            guard case .limit(let count, let window) = offer.remedy.kind else { continue }
            let key = RateLimits.Key(
                policies: policies,
                limit: "\(offer.policy) \(offer.remedy.description)",
                identity: identity
            )
            switch limits.take(key, count: count, window: window, at: draft.at) {
            case .taken(let remaining):
                extra.remaining = min(extra.remaining ?? .max, remaining)
            case .empty(let retryAfter):
                draft.reason = "limit_exceeded"
                extra.message = "the limit \(offer.remedy.description.dropFirst(6)) is used up"
                extra.retryAfter = retryAfter
                extra.remaining = nil
                return
            }
        }
        draft.outcome = .limit
        draft.reason = "permitted"
        draft.met = draft.remedies
        extra.message = "permitted within a limit"
    }

    /// Writes the decision's leaf; without it there is no answer but a refusal.
    private func record(
        _ record: DecisionRecord,
        _ extra: DecisionDraft
    ) async -> Result<Decision, QuestionRefusal> {
        switch await records.submit(EvidenceWriter<Store>.Item(at: record.at, body: record.stored())) {
        case .failed:
            return .failure(
                QuestionRefusal("evidence_unavailable", "the decision could not be recorded, so it is not given")
            )
        case .written(let index):
            let name = LogName.evidence(node: node.number, month: record.at.month).description
            return .success(
                Decision(
                    id: .decision(at: record.at, node: node.number, index: index),
                    log: name,
                    outcome: record.outcome,
                    reason: record.reason,
                    message: extra.message,
                    policies: record.determining,
                    remedies: extra.remedies,
                    rev: record.rev,
                    score: record.score,
                    identity: extra.identity,
                    authenticate: extra.authenticate,
                    retryAfter: extra.retryAfter,
                    remaining: extra.remaining
                )
            )
        }
    }
}

/// What an answer has besides its record.
struct DecisionDraft {
    var message = ""
    var identity: String?
    var remedies: [Remedy] = []
    var authenticate = false
    var retryAfter: Int64?
    var remaining: Int64?
}

/// The API that a question is about, and the operation, if the call reaches one.
struct FoundResource {
    let api: TrustModel.Record<Api>
    let operation: TrustModel.Operation?
}

extension Subject {
    /// Whether the subject's own credential was in the question.
    var isProven: Bool {
        if case .token = proof { true } else { false }
    }
}
