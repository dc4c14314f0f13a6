// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Safeconduct

/// Who asks, and in which request.
public struct Inquiry: Sendable {
    /// The authenticated enforcement point.
    public let caller: SafeconductServer.Caller
    /// The id of the HTTP request.
    public let requestID: String
    /// What the enforcement point says it runs with; nil when it says nothing.
    public let report: PointReport?
    /// The trace it belongs to; nil when there is none.
    let trace: RequestTrace?

    /// An inquiry.
    public init(caller: SafeconductServer.Caller, requestID: String, report: PointReport? = nil) {
        self.init(caller: caller, requestID: requestID, report: report, trace: nil)
    }

    init(caller: SafeconductServer.Caller, requestID: String, report: PointReport?, trace: RequestTrace?) {
        self.caller = caller
        self.requestID = requestID
        self.report = report
        self.trace = trace
    }
}

/// What a decision point answers to one question. A denial is an answer, not an error.
public struct EvaluationAnswer: Sendable, Equatable {
    /// Whether the action may happen.
    public let decision: Bool
    /// The text of one JSON object that tells more; nil for nothing.
    public let context: [UInt8]?
    /// By which policies it was decided, for the asker to send back; nil when there is no such thing to say.
    public let policyVersion: PolicyVersion?

    /// An answer.
    public init(decision: Bool, context: [UInt8]? = nil, policyVersion: PolicyVersion? = nil) {
        self.decision = decision
        self.context = context
        self.policyVersion = policyVersion
    }
}

/// Decides what AuthZEN asks. The stand-alone Cedar mode is one, the engine another.
public protocol DecisionPoint: Sendable {
    /// The answer to one question.
    ///
    /// - Throws: A ``Problem`` when there is no answer; the caller treats that as a denial.
    func decide(_ evaluation: Evaluation, for inquiry: Inquiry) async throws(Problem) -> EvaluationAnswer

    /// The answers to a batch, in order, up to where `semantic` stops it. A decision point that can decide many
    /// at once does so here; otherwise they are decided one after the other.
    ///
    /// - Throws: A ``Problem`` that concerns the whole batch. A fault of one item stands in its place instead.
    func decide(
        _ items: [EvaluationItem],
        _ semantic: EvaluationsSemantic,
        for inquiry: Inquiry
    ) async throws(Problem) -> [Result<EvaluationAnswer, Problem>]

    /// A page of what is sought: everything for which ``decide(_:for:)`` would say yes, in an order that stays the same,
    /// behind `position`. A page may be short, or empty, and have more behind it.
    ///
    /// - Parameter position: What the page before said; nil for the first page.
    /// - Throws: A ``Problem`` when there is no answer.
    func search(
        _ search: AccessSearch,
        after position: String?,
        for inquiry: Inquiry
    ) async throws(Problem) -> SearchAnswer
}

extension DecisionPoint {
    /// So many items are decided before others on the same thread get their turn.
    private static var itemsInOneGo: Int { 32 }

    /// Decides one after the other.
    public func decide(
        _ items: [EvaluationItem],
        _ semantic: EvaluationsSemantic,
        for inquiry: Inquiry
    ) async throws(Problem) -> [Result<EvaluationAnswer, Problem>] {
        var answers: [Result<EvaluationAnswer, Problem>] = []
        answers.reserveCapacity(items.count)
        for item in items {
            var decision = false
            do throws(Problem) {
                switch item {
                case .invalid(let problem): throw problem
                case .valid(let evaluation):
                    let answer = try await decide(evaluation, for: inquiry)
                    decision = answer.decision
                    answers.append(.success(answer))
                }
            } catch {
                answers.append(.failure(error))
            }
            if semantic.stops(after: decision) { break }
            if answers.count % Self.itemsInOneGo == 0 { await Task.yield() }
        }
        return answers
    }
}
