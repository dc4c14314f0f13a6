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
        await freshen()
        // Waiting for an issuer's keys comes first: what follows reads one view at one moment.
        let presented: Result<PresentedToken, SubjectRefusal>?
        switch await present(question, by: point.object.id) {
        case .success(let token): presented = token
        case .failure(let refusal): return .failure(refusal)
        }
        return await decide(question, presented, for: point, attempt: 1)
    }

    /// Decides by the newest view; again, when what it rested on changed while its leaf was written.
    func decide(
        _ question: Question,
        _ presented: Result<PresentedToken, SubjectRefusal>?,
        for point: TrustModel.Record<EnforcementPoint>,
        attempt: Int
    ) async -> Result<Decision, QuestionRefusal> {
        let asked: AskedQuestion
        switch ask(question, by: point.object.id) {
        case .success(let understood): asked = understood
        case .failure(let refusal): return .failure(refusal)
        }
        var draft = asked.draft
        let subject: Subject
        switch await self.subject(of: question, presented, asked, isSpent: attempt > 1) {
        case .success(let verified): subject = verified
        case .failure(let refusal):
            note(refusal, of: asked)
            // Whose token it was is not settled, or counts no more; which one it was is known.
            if case .success(let token)? = presented { draft.take(token) }
            return await refuse(draft, refusal, question, presented)
        }
        question.probe?.mark(.verified)
        draft.take(subject)
        var extra = DecisionDraft(identity: subject.identity.object.name)

        guard let operation = asked.resource.operation else {
            draft.reason = "operation_unknown"
            extra.message = "the API has no such operation"
            return await record(draft, extra)
        }
        let supplied = asked.resource.attributes(question.attributes)
        let seen: JSONObject
        switch await attributes(supplied, of: operation, &draft) {
        case .success(let attributes): seen = attributes
        case .failure(let refusal): return .failure(refusal)
        }
        let called = Resource(api: asked.resource.api, operation: operation)
        // A restored log may lack what would forbid this: an operator has to look first.
        if called.isElevated, asked.view.state.isUnconfirmed {
            draft.reason = "generation_unconfirmed"
            extra.message = "the log was restored, and no operator has confirmed it yet"
            return await record(draft, extra)
        }
        guard let policies = asked.view.policies,
            let world = RequestWorld(subject: subject, resource: called, state: asked.view.state)
        else {
            draft.reason = "no_policies"
            extra.message = "no policy set is active"
            return await record(draft, extra)
        }
        let context = CallContext(
            now: asked.now,
            assurance: subject.assurance,
            binding: subject.binding,
            proven: subject.isProven,
            issuer: world.issuer.string,
            callerScore: draft.score,
            apiScore: draft.apiScore,
            method: operation.method,
            attributes: seen
        )
        let record = context.record
        let judgement = Judgement(policies.enforced, world, context: record, met: [])
        let shadow = ShadowJudgement.of(policies, world, context: record, met: [], beside: judgement)
        settle(judgement, beside: shadow, policies, seen: seen, supplied: supplied, &draft, &extra)
        question.probe?.mark(.evaluated)
        let answer = await self.record(draft, extra)
        question.probe?.mark(.recorded)
        switch await standing(of: answer, to: question, presented, asked, subject) {
        case .good: return answer
        case .refused(let refusal):
            withdraw(answer)
            return .failure(refusal)
        case .changed:
            withdraw(answer)
            guard attempt < Self.attempts else { return .failure(Self.restless) }
            return await decide(question, presented, for: point, attempt: attempt + 1)
        }
    }

    /// Denies for want of a verified identity, which no policy is asked about.
    func deny(_ draft: DecisionRecord, _ refusal: SubjectRefusal) async -> Result<Decision, QuestionRefusal> {
        var draft = draft
        draft.identity = refusal.identity ?? draft.identity
        draft.reason = refusal.code
        return await record(draft, DecisionDraft(message: refusal.message, authenticate: refusal.authenticate))
    }

    /// Forgets a permit that is not let out: nothing will come of it.
    private func withdraw(_ answer: Result<Decision, QuestionRefusal>) {
        guard case .success(let decision) = answer, decision.outcome.permits, let id = decision.id else { return }
        outcomes.withdrawn(decidedAt: id.time)
    }

    /// Tells those who watch of what a decision has that concerns them: nothing, most of the time.
    private func publish(_ decision: Decision, _ record: DecisionRecord) {
        guard let id = decision.id else { return }
        if !decision.alerts.isEmpty {
            alerts.add(
                Alert(
                    decision: id,
                    at: record.at,
                    channels: decision.alerts,
                    outcome: decision.outcome,
                    policies: record.determining,
                    identity: record.identity,
                    api: record.api,
                    operation: record.operation
                )
            )
        }
        if !decision.failed.isEmpty, let policies = record.policySet {
            policyErrors.add(decision.failed, of: policies, by: id, at: record.at)
        }
    }

    /// Writes the decision's leaf; without it there is no answer but a refusal.
    private func record(
        _ record: DecisionRecord,
        _ extra: DecisionDraft
    ) async -> Result<Decision, QuestionRefusal> {
        switch await records.submit(EvidenceWriter.Item(at: record.at, body: record.stored())) {
        case .failed(let error):
            // Counted, so that the evidence says later how many answers it cost that there was no room for it.
            refusals.count(.point(record.point), "evidence_unavailable", at: record.at)
            return .failure(
                QuestionRefusal(
                    "evidence_unavailable",
                    "the decision could not be recorded, so it is not given: \(error.message)"
                )
            )
        case .taken:
            // Only leaves with a key meet another one, and a decision has none.
            return .failure(QuestionRefusal("evidence_unavailable", "the decision could not be recorded"))
        case .written(let index):
            if record.outcome.permits { outcomes.opened(decidedAt: record.at) }
            let name = LogName.evidence(node: node.number, month: record.at.month).description
            let decision = Decision(
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
                quotas: extra.quotas,
                features: extra.features,
                alerts: record.facts.alerts,
                shadow: record.facts.shadow?.outcome,
                failed: extra.failed
            )
            publish(decision, record)
            return .success(decision)
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
    var quotas: [Quota] = []
    var features: [String]?
    var failed: [PolicyFailure] = []
}

extension DecisionRecord {
    /// Takes up which token was presented.
    fileprivate mutating func take(_ token: PresentedToken) {
        issuer = token.issuer
        credential = token.fingerprint.description
    }

    /// Takes up who calls and how that is known.
    fileprivate mutating func take(_ subject: Subject) {
        identity = subject.identity.object.id
        service = Service(name: subject.identity.object.name, kind: subject.identity.object.type.rawValue)
        if let workload = subject.workload {
            self.workload = workload.name
            window = Window(notBefore: workload.notBefore, expiresAt: workload.expiresAt)
        }
        purpose = subject.identity.object.custody.purpose
        assurance = subject.assurance
        binding = subject.binding
        if case .token(let issuer, let fingerprint, _) = subject.proof {
            self.issuer = issuer
            credential = fingerprint
        }
    }
}

extension Subject {
    /// Whether the subject's own credential was in the question.
    var isProven: Bool {
        if case .token = proof { true } else { false }
    }
}
