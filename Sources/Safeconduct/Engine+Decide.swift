// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

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
        await decide([question], for: point).first ?? .failure(Self.restless)
    }

    /// Answers the questions of one request, each as if it were asked alone, and each with a leaf of its own; what they
    /// have in common is looked up once, and all leaves are one commit. Limits are spent in the order of the questions.
    ///
    /// - Parameters:
    ///   - questions: What is asked.
    ///   - point: The authenticated enforcement point that asks.
    /// - Returns: One answer for each question, in their order.
    public func decide(
        _ questions: [Question],
        for point: TrustModel.Record<EnforcementPoint>
    ) async -> [Result<Decision, QuestionRefusal>] {
        await freshen()
        // Waiting for an issuer's keys comes first: what follows reads one view at one moment.
        let presentations = await present(questions, by: point.object.id)
        let possessions = possessions(questions, presentations)
        var answers: [Result<Decision, QuestionRefusal>?] = Array(repeating: nil, count: questions.count)
        var open = Array(questions.indices)
        for attempt in 1...Self.attempts where !open.isEmpty {
            // Decides by the newest view; again, when what an answer rested on changed while its leaf was written.
            let heard = hear(open, questions, presentations, possessions, by: point.object.id, &answers)
            // A one-time token was spent by the first attempt.
            if attempt == 1 { await spend(heard) }
            open = await record(await weigh(heard, &answers), &answers)
        }
        return answers.map { $0 ?? .failure(Self.restless) }
    }

    /// So many questions are decided before others on the same thread get their turn.
    private static var inOneGo: Int { 64 }

    /// Finds what questions are about and who calls.
    private func hear(
        _ open: [Int],
        _ questions: [Question],
        _ presentations: [Presentation],
        _ possessions: [Possession],
        by point: ObjectID,
        _ answers: inout [Result<Decision, QuestionRefusal>?]
    ) -> [OpenQuestion] {
        var heard: [OpenQuestion] = []
        heard.reserveCapacity(open.count)
        var hearing: Hearing?
        for index in open {
            if case .refused(let refusal) = presentations[index] {
                answers[index] = .failure(refusal)
                continue
            }
            switch hear(questions[index], by: point, &hearing) {
            case .failure(let refusal): answers[index] = .failure(refusal)
            case .success(let question):
                let caller = caller(of: questions[index], presentations[index], question.hearing)
                heard.append(
                    OpenQuestion(index, questions[index], presentations[index], possessions[index], question, caller)
                )
            }
        }
        return heard
    }

    /// Spends one-time tokens and proofs of possession, all in one commit.
    private func spend(_ heard: [OpenQuestion]) async {
        var due: [(open: OpenQuestion, use: OneTimeUses.Use)] = []
        for open in heard {
            guard case .success(let caller) = open.caller else { continue }
            if let use = caller.admission.use {
                due.append((open, use))
            } else if let use = open.possession.use, refusal(of: caller, open) == nil {
                due.append((open, use))
            }
        }
        guard !due.isEmpty else { return }
        for ((open, _), outcome) in zip(due, await uses.spend(due.map(\.use))) {
            let refusal = open.possession.use == nil ? SubjectRefusal(outcome) : Self.refusal(ofProof: outcome)
            if let refusal { open.caller = .failure(refusal) }
        }
    }

    /// Makes the decisions in their order, and answers what needs none.
    private func weigh(
        _ heard: [OpenQuestion],
        _ answers: inout [Result<Decision, QuestionRefusal>?]
    ) async -> [PendingDecision] {
        var pending: [PendingDecision] = []
        pending.reserveCapacity(heard.count)
        for (turn, open) in heard.enumerated() {
            // An explanation takes as long as many decisions.
            if turn % Self.inOneGo == Self.inOneGo - 1 || open.question.reasons != nil { await Task.yield() }
            var step = weigh(open, mayWait: false)
            if case .keyMissing(let identity, let at) = step {
                step = .answered(.failure(Self.attributesUnrecorded))
                if (try? await blocking { [sealer] in try sealer.prepare(for: identity, at: at) }) != nil {
                    step = weigh(open, mayWait: true)
                }
            }
            switch step {
            case .answered(let answer): answers[open.index] = answer
            case .made(let made, let key): pending.append(PendingDecision(open: open, made: made, refusalKey: key))
            case .keyMissing: answers[open.index] = .failure(Self.attributesUnrecorded)
            }
        }
        return pending
    }

    /// Writes the leaves, then gives those answers out that still may be given; without its leaf there is no answer but
    /// a refusal.
    ///
    /// - Returns: The questions that have to be decided again.
    private func record(
        _ pending: [PendingDecision],
        _ answers: inout [Result<Decision, QuestionRefusal>?]
    ) async -> [Int] {
        guard !pending.isEmpty else { return [] }
        let outcomes = await records.submit(EvidenceWriter.items(pending.map { $0.made }))
        var addresses = DecisionAddresses(node: node.number)
        var permits: [(open: OpenQuestion, decision: Decision)] = []
        permits.reserveCapacity(pending.count)
        for (pending, outcome) in zip(pending, outcomes) {
            let index = pending.open.index
            pending.open.question.probe?.mark(.recorded)
            guard case .written(let leaf) = outcome else {
                answers[index] = .failure(unrecorded(pending, outcome))
                continue
            }
            var decision = Decision(pending.made, at: leaf, &addresses)
            decision.reasons = pending.open.reasons
            if !decision.alerts.isEmpty || !decision.failed.isEmpty { publish(decision, pending.made.record) }
            if decision.outcome.permits {
                permits.append((pending.open, decision))
            } else {
                // A denial needs no asking: at worst it comes late.
                answers[index] = .success(decision)
            }
        }
        return await letOut(permits, &answers)
    }

    /// Gives out what still stands.
    private func letOut(
        _ permits: [(open: OpenQuestion, decision: Decision)],
        _ answers: inout [Result<Decision, QuestionRefusal>?]
    ) async -> [Int] {
        guard !permits.isEmpty else { return [] }
        await freshen()
        var again: Hearing?
        var changed: [Int] = []
        var opened = OutcomeLedger.Opening()
        for (open, decision) in permits {
            switch standing(of: open, &again) {
            case .good:
                opened.add(open.hearing.now)
                answers[open.index] = .success(decision)
            case .refused(let refusal): answers[open.index] = .failure(refusal)
            case .changed: changed.append(open.index)
            }
        }
        outcomes.opened(opened)
        return changed
    }

    /// Why a decision is not given whose leaf could not be written.
    private func unrecorded(_ pending: PendingDecision, _ outcome: EvidenceWriter.Outcome) -> QuestionRefusal {
        if let key = pending.refusalKey { refusals.forget(key) }
        // Only leaves with a key meet another one, and a decision has none.
        guard case .failed(let error) = outcome else {
            return QuestionRefusal("evidence_unavailable", "the decision could not be recorded")
        }
        let record = pending.made.record
        // Counted, so that the evidence says later how many answers it cost that there was no room for it.
        refusals.count(.point(record.point), "evidence_unavailable", at: record.at)
        return QuestionRefusal(
            "evidence_unavailable",
            "the decision could not be recorded, so it is not given: \(error.message)"
        )
    }

    /// Tells those who watch of what a decision has that concerns them: nothing, most of the time.
    func publish(_ decision: Decision, _ record: DecisionRecord) {
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
}
