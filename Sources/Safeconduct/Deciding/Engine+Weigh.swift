// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

/// A question that is being answered: its place, what it is about, and who calls as far as that is known.
final class OpenQuestion {
    let index: Int
    let question: Question
    let presentation: Engine.Presentation
    let possession: Possession
    let hearing: Hearing
    let resource: FoundResource
    var caller: Result<AdmittedSubject, SubjectRefusal>
    /// What is told of why, once it was weighed.
    var reasons: ToldReasons?

    init(
        _ index: Int,
        _ question: Question,
        _ presentation: Engine.Presentation,
        _ possession: Possession,
        _ heard: HeardQuestion,
        _ caller: Result<AdmittedSubject, SubjectRefusal>
    ) {
        self.index = index
        self.question = question
        self.presentation = presentation
        self.possession = possession
        hearing = heard.hearing
        resource = heard.resource
        self.caller = caller
    }
}

/// What weighing a question comes to.
enum WeighedQuestion {
    /// An answer that has no leaf.
    case answered(Result<Decision, QuestionRefusal>)
    /// A decision, not yet recorded. The key is that of a refusal whose leaf is the first of its kind in its minute.
    case made(MadeDecision, refusalKey: Fingerprint? = nil)
    /// The key of the identity's attributes has to be made first, for which the disk is waited for.
    case keyMissing(ObjectID, Timestamp)
}

extension Engine {
    /// Decides a question, waiting for nothing unless it may.
    func weigh(_ open: OpenQuestion, mayWait: Bool) -> WeighedQuestion {
        let (hearing, found) = (open.hearing, open.resource)
        let caller: AdmittedSubject
        switch open.caller {
        case .failure(let refusal): return refuse(open, refusal)
        case .success(let admitted):
            if let refusal = refusal(of: admitted, open) { return refuse(open, refusal) }
            caller = admitted
        }
        open.question.probe?.mark(.verified)
        let call = hearing.call(caller, found)
        let isUnconfirmed = found.isElevated && hearing.view.state.isUnconfirmed
        let name = caller.subject.identity.object.name
        func denied(_ reason: String, _ message: String, _ taken: TakenAttributes = TakenAttributes())
            -> WeighedQuestion
        {
            var draft = call?.draft ?? hearing.draft(of: caller, to: found)
            draft.take(taken)
            draft.reason = reason
            return .made(
                MadeDecision(
                    draft,
                    DecisionDraft(message: message, identity: name, policyDigest: call?.policies.digest)
                )
            )
        }
        guard let operation = found.operation else {
            return denied("operation_unknown", "the API has no such operation")
        }
        let supplied = found.attributes(open.question.attributes)
        let taken: TakenAttributes
        do throws(AttributeFailure) {
            taken = try attributes(
                supplied,
                of: operation,
                typedBy: call?.policies.schema.request,
                for: caller.subject.identity.object.id,
                at: hearing.now,
                mayWait: mayWait
            )
        } catch {
            switch error {
            case .refused(let refusal): return .answered(.failure(refusal))
            case .keyMissing(let identity, let at): return .keyMissing(identity, at)
            }
        }
        // A restored log may lack what would forbid this: an operator has to look first.
        if isUnconfirmed {
            return denied("generation_unconfirmed", "the log was restored, and no operator has confirmed it yet", taken)
        }
        guard let call else { return denied("no_policies", "no policy set is active", taken) }
        if let allowance = open.question.reasons { open.reasons = hearing.reasons(of: call, taken.seen, allowance) }
        if taken.seen.isEmpty, let made = call.made {
            open.question.probe?.mark(.evaluated)
            return .made(taken.withheld.map(made.withholding) ?? made)
        }
        let judged = call.judge(taken.seen)
        let judgement = judged.enforced
        // What spends nothing and asks for nothing is the same for all calls of which policies see as little.
        let isShared = taken.seen.isEmpty && (judgement.answer.outcome == .allow || judgement.answer.outcome == .deny)
        var draft = call.draft
        if !isShared { draft.take(taken) }
        var extra = DecisionDraft(identity: name, policyDigest: call.policies.digest)
        settle(judged, call.policies, seen: taken.seen, supplied: supplied, &draft, &extra)
        open.question.probe?.mark(.evaluated)
        let made = MadeDecision(draft, extra)
        guard isShared else { return .made(made) }
        call.made = made
        return .made(taken.withheld.map(made.withholding) ?? made)
    }

    /// Denies for want of a verified identity, which no policy is asked about.
    private func refuse(_ open: OpenQuestion, _ refusal: SubjectRefusal) -> WeighedQuestion {
        note(refusal, of: open)
        var draft = open.hearing.draft(open.resource)
        // Whose token it was is not settled, or counts no more; which one it was is known.
        if case .token(.success(let token)) = open.presentation { draft.take(token) }
        return refuse(draft, refusal, open.question, open.presentation)
    }
}

extension DecisionRecord {
    /// Takes up which token was presented.
    fileprivate mutating func take(_ token: PresentedToken) {
        issuer = token.issuer
        credential = token.fingerprint.description
        self.token = token.issued?.id
        task = token.issued?.task
    }

    /// Takes up what is recorded of the request's attributes.
    fileprivate mutating func take(_ taken: Engine.TakenAttributes) {
        attributes = taken.sealed
        withheld = taken.withheld
    }

    /// Takes up who calls and how that is known.
    mutating func take(_ subject: Subject) {
        identity = subject.identity.object.id
        service = Service(name: subject.identity.object.name, kind: subject.identity.object.type.rawValue)
        if let workload = subject.workload {
            self.workload = workload.name
            window = Window(notBefore: workload.notBefore, expiresAt: workload.expiresAt)
        }
        purpose = subject.identity.object.custody.purpose
        assurance = subject.assurance
        binding = subject.binding
        switch subject.proof {
        case .token(let issuer, let fingerprint, _):
            self.issuer = issuer
            credential = fingerprint
        case .issued(let id, let fingerprint, _, _):
            token = id
            credential = fingerprint
        case .key(let fingerprint), .secret(let fingerprint): credential = fingerprint.description
        case .asserted: break
        }
        guard let issued = subject.issued else { return }
        task = issued.task
        chain = ChainFacts(issued.chain)
        purpose = issued.purpose
        window = Window(notBefore: issued.notBefore, expiresAt: issued.expiresAt)
    }
}

extension Subject {
    /// Whether the subject's own credential was in the question.
    var isProven: Bool {
        if case .asserted = proof { false } else { true }
    }
}
