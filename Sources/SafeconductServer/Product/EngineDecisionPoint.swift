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
/// proven. A resource is an `operation` (`api/operation`) or a `route` (a path with the properties `method` and `host`).
/// The context's members, and the action's properties, are the request attributes.
struct EngineDecisionPoint: DecisionPoint {
    let engine: Engine
    let metrics: DecisionMetrics

    func decide(_ evaluation: Evaluation, for inquiry: Inquiry) async throws(Problem) -> EvaluationAnswer {
        let point = try engine.point(inquiry.caller)
        engine.heard(of: point.object.id, Self.report(evaluation.context) ?? inquiry.report)
        var question = try Self.question(evaluation)
        question.pointCredential = ObjectID(inquiry.caller.credential)
        question.probe = inquiry.trace?.probe()
        let began = NIODeadline.now()
        switch await engine.decide(question, for: point) {
        case .failure(let refusal): throw Problem(refusal)
        case .success(let decision):
            metrics.count(decision, since: began)
            inquiry.trace?.decided(decision, question.probe)
            // The asker is at fault, not its caller: that is recorded, and told as what it is.
            if decision.reason == "not_granted" { throw Problem(notGranted: decision) }
            return EvaluationAnswer(decision: decision.outcome.permits, context: decision.context())
        }
    }

    /// Decides a batch at once: its decisions wait for the same commit. An order that matters is kept.
    func decide(
        _ items: [EvaluationItem],
        _ semantic: EvaluationsSemantic,
        for inquiry: Inquiry
    ) async throws(Problem) -> [Result<EvaluationAnswer, Problem>] {
        guard semantic == .executeAll else { return try await decideInOrder(items, semantic, for: inquiry) }
        return await withTaskGroup(of: (Int, Result<EvaluationAnswer, Problem>).self) { group in
            for (index, item) in items.enumerated() {
                group.addTask { (index, await self.answer(item, for: inquiry)) }
            }
            var answers: [Result<EvaluationAnswer, Problem>?] = Array(repeating: nil, count: items.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers.compactMap { $0 }
        }
    }

    private func decideInOrder(
        _ items: [EvaluationItem],
        _ semantic: EvaluationsSemantic,
        for inquiry: Inquiry
    ) async throws(Problem) -> [Result<EvaluationAnswer, Problem>] {
        var answers: [Result<EvaluationAnswer, Problem>] = []
        for item in items {
            let answer = await answer(item, for: inquiry)
            answers.append(answer)
            if semantic.stops(after: (try? answer.get().decision) ?? false) { break }
        }
        return answers
    }

    private func answer(_ item: EvaluationItem, for inquiry: Inquiry) async -> Result<EvaluationAnswer, Problem> {
        do throws(Problem) {
            switch item {
            case .invalid(let problem): throw problem
            case .valid(let evaluation): return .success(try await decide(evaluation, for: inquiry))
            }
        } catch {
            return .failure(error)
        }
    }

    static func question(_ evaluation: Evaluation) throws(Problem) -> Question {
        var attributes = evaluation.context
        // About the asker, not about the request.
        attributes[reportMember] = nil
        for member in evaluation.action.properties where attributes[member.key] == nil {
            attributes[member.key] = member.value
        }
        return Question(
            subject: try subject(evaluation.subject),
            resource: try resource(evaluation.resource, &attributes),
            action: evaluation.action.name,
            attributes: attributes,
            statedIdentity: evaluation.subject.id.isEmpty ? nil : evaluation.subject.id
        )
    }

    private static var reportMember: String { "enforcement_point" }

    /// What the point says it runs with: `"enforcement_point": {"policy_digest", "rev"}` of the context.
    private static func report(_ context: JSONObject) -> PointReport? {
        guard let report = context[reportMember] else { return nil }
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

    private static func resource(
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

    private static func invalid(_ pointer: String, _ detail: String) -> Problem {
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
