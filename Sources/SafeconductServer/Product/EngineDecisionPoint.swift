// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Safeconduct
import StrictJSON
import TrustModel

/// AuthZEN's questions, answered by the engine.
///
/// A subject of the type `identity` is asserted; one whose properties hold `credential {"type":"jwt","value"}` is
/// proven; beside them `dpop {"proof","method","url"}` shows that the caller holds the token's key. A resource is an `operation` (`api/operation`) or a `route` (a path with the properties `method` and `host`).
/// The context's members, and the action's properties, are the request attributes.
struct EngineDecisionPoint: DecisionPoint {
    let engine: Engine
    let metrics: DecisionMetrics
    let searchMetrics: SearchMetrics
    /// A search asks thousands of questions: decisions come first.
    let searches = WorkSlots(limit: 4, each: 2, of: "searches")

    func decide(_ evaluation: Evaluation, for inquiry: Inquiry) async throws(Problem) -> EvaluationAnswer {
        guard let answer = await answer([.valid(evaluation)], ReasonsAllowance(), for: inquiry).first else {
            throw Problem(.internalError, "the question has no answer")
        }
        return try answer.get()
    }

    /// Decides a batch at once: its decisions share one commit. An order that matters is kept.
    func decide(
        _ items: [EvaluationItem],
        _ semantic: EvaluationsSemantic,
        for inquiry: Inquiry
    ) async throws(Problem) -> [Result<EvaluationAnswer, Problem>] {
        let reasons = ReasonsAllowance()
        guard semantic != .executeAll else { return await answer(items, reasons, for: inquiry) }
        var answers: [Result<EvaluationAnswer, Problem>] = []
        for item in items {
            let answer = await answer([item], reasons, for: inquiry)
            answers += answer
            if semantic.stops(after: (try? answer.first?.get().decision) ?? false) { break }
        }
        return answers
    }

    /// One answer for each item, in their order.
    private func answer(
        _ items: [EvaluationItem],
        _ reasons: ReasonsAllowance,
        for inquiry: Inquiry
    ) async -> [Result<EvaluationAnswer, Problem>] {
        let point: Record<EnforcementPoint>
        do throws(Problem) { point = try engine.point(inquiry.caller) } catch {
            return items.map { item in .failure(item.problem ?? error) }
        }
        let credential = ObjectID(inquiry.caller.credential)
        var answers: [Result<EvaluationAnswer, Problem>?] = Array(repeating: nil, count: items.count)
        var questions: [Question] = []
        var places: [Int] = []
        questions.reserveCapacity(items.count)
        places.reserveCapacity(items.count)
        var heard: PointReport??
        for (place, item) in items.enumerated() {
            do throws(Problem) {
                let evaluation = try item.evaluation()
                let report = Self.report(evaluation.context) ?? inquiry.report
                // Most items of a request say the same of their asker: nothing.
                if heard != .some(report) { engine.heard(of: point.object.id, report) }
                heard = .some(report)
                var question = try Self.question(evaluation)
                question.pointCredential = credential
                question.probe = inquiry.trace?.probe()
                if evaluation.wantsExplanation { question.reasons = reasons }
                questions.append(question)
                places.append(place)
            } catch {
                answers[place] = .failure(error)
            }
        }
        let began = NIODeadline.now()
        let decided = await engine.decide(questions, for: point)
        for (turn, answer) in decided.enumerated() {
            answers[places[turn]] = self.answer(answer, questions[turn].probe, since: began, inquiry)
        }
        return answers.map { $0 ?? .failure(Problem(.internalError, "the question has no answer")) }
    }

    private func answer(
        _ answer: Result<Decision, QuestionRefusal>,
        _ probe: DecisionProbe?,
        since began: NIODeadline,
        _ inquiry: Inquiry
    ) -> Result<EvaluationAnswer, Problem> {
        switch answer {
        case .failure(let refusal): return .failure(Problem(refusal))
        case .success(let decision):
            metrics.count(decision, since: began)
            inquiry.trace?.decided(decision, probe)
            // The asker is at fault, not its caller: that is recorded, and told as what it is.
            if decision.reason == "not_granted" { return .failure(Problem(notGranted: decision)) }
            return .success(
                EvaluationAnswer(
                    decision: decision.outcome.permits,
                    context: decision.context(),
                    policyVersion: decision.policyVersion
                )
            )
        }
    }

    static func question(_ evaluation: Evaluation) throws(Problem) -> Question {
        var attributes = Self.attributes(evaluation.context, evaluation.action)
        var question = Question(
            subject: try subject(evaluation.subject),
            resource: try resource(evaluation.resource, &attributes),
            action: evaluation.action.name,
            attributes: attributes,
            statedIdentity: evaluation.subject.id.isEmpty ? nil : evaluation.subject.id
        )
        question.dpop = try DPoPMember.read(evaluation.subject.properties["credential"])
        return question
    }

    /// The request attributes of a context and an action's properties.
    static func attributes(_ context: JSONObject, _ action: Evaluation.Action) -> JSONObject {
        var attributes = context
        // About the asker, not about the request.
        attributes[PointReport.member] = nil
        for member in action.properties where attributes[member.key] == nil { attributes[member.key] = member.value }
        return attributes
    }

    /// What the point says it runs with: `"enforcement_point": {"policy_digest", "rev"}` of the context.
    static func report(_ context: JSONObject) -> PointReport? {
        guard let report = context[PointReport.member] else { return nil }
        return PointReport(
            policyDigest: report["policy_digest"]?.stringValue,
            rev: report["rev"]?.integerValue.flatMap { UInt64(exactly: $0) }
        )
    }

    private static func subject(_ entity: Evaluation.Entity) throws(Problem) -> Question.SubjectClaim {
        guard entity.type == "identity" else {
            throw invalid("/subject/type", "the subject's type is 'identity'")
        }
        guard let credential = entity.properties["credential"] else { return .asserted(entity.id) }
        guard credential["type"] == "jwt", let token = credential["value"]?.stringValue else {
            throw invalid(
                "/subject/properties/credential",
                "a credential is {\"type\":\"jwt\",\"value\":\"...\"}"
            )
        }
        return .token(token)
    }

    static func resource(
        _ entity: Evaluation.Entity,
        _ attributes: inout JSONObject
    ) throws(Problem) -> Question.ResourceClaim {
        switch entity.type {
        case "operation":
            for member in entity.properties where attributes[member.key] == nil {
                attributes[member.key] = member.value
            }
            return .operation(entity.id)
        case "route":
            guard let method = entity.properties["method"]?.stringValue else {
                throw invalid("/resource/properties/method", "a route's method is required")
            }
            return .call(host: entity.properties["host"]?.stringValue, method: method, path: entity.id)
        default: throw invalid("/resource/type", "the resource's type is 'operation' or 'route'")
        }
    }

    static func invalid(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .invalidRequest,
            detail,
            faults: [Problem.Fault(pointer: pointer, code: ShapeError.Code.value.description, detail: detail)]
        )
    }
}

extension Problem {
    /// A question that the engine does not answer.
    init(_ refusal: QuestionRefusal) {
        let code: ProblemCode =
            switch refusal.code {
            case "not_granted": .forbidden
            case "evidence_unavailable", "clock_unsound", "state_unsound", "state_stale": .unavailable
            case "api_expired", "api_suspended": .denied
            default: .invalidRequest
            }
        self.init(code, refusal.message, members: [("reason", .string(refusal.code))])
    }

    /// A question of a kind that the enforcement point was not granted.
    fileprivate init(notGranted decision: Decision) {
        self.init(
            .forbidden,
            decision.message,
            members: [("reason", .string(decision.reason))]
                + (decision.id.map { [("decision_id", .string($0.description))] } ?? [])
        )
    }
}

extension EvaluationItem {
    /// Why there is no question; nil when there is one.
    fileprivate var problem: Problem? {
        if case .invalid(let problem) = self { problem } else { nil }
    }

    fileprivate func evaluation() throws(Problem) -> Evaluation {
        switch self {
        case .invalid(let problem): throw problem
        case .valid(let evaluation): return evaluation
        }
    }
}

extension PointReport {
    /// The member of a context that is about the asker.
    static var member: String { "enforcement_point" }
}
