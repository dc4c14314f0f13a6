// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1
internal import StrictJSON

/// Asks a Safeconduct for decisions and reports what came of them.
///
/// It is also a service (`ServiceLifecycle`): while it runs it sends the reports that ``report(later:of:)`` put aside,
/// and on shutdown it sends the rest and closes its connections. Whoever does not run it calls ``shutdown()``.
///
/// Nothing here permits a call by itself: every failure is thrown, and a decision permits only when the server said so
/// in time.
public final class DecisionClient: Sendable {
    /// The most questions of one request, as the server takes them.
    private static let batch = 1000

    let connection: ServerConnection
    let reports: OutcomeQueue
    /// What the last answer was decided by.
    private let policies: AnsweredPolicies
    let configuration: ClientConfiguration

    /// A client. It connects when it is first asked.
    ///
    /// - Throws: ``ClientError`` with the code `configuration` when a file or the URL can't be used.
    public init(_ configuration: ClientConfiguration) throws(ClientError) {
        self.configuration = configuration
        connection = try ServerConnection(configuration)
        policies = AnsweredPolicies()
        reports = OutcomeQueue(limit: configuration.waitingReports)
    }

    /// Ends all connections. Reports that still wait are lost.
    public func shutdown() async { await connection.close() }

    /// Asks one question.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - trace: The trace to take part in (W3C Trace Context), as ``TraceParent`` checked it.
    /// - Throws: ``ClientError``; treat it as a denial.
    public func decide(_ question: Question, trace: TraceParent? = nil) async throws(ClientError) -> Decision {
        let answer = try await ask("/access/v1/evaluation", QuestionWriter.single(question), trace)
        return try DecisionReader.single(try answer.json())
    }

    /// Asks several questions, each decided on its own; gives the decisions in their order.
    ///
    /// More than a thousand go in several requests, each with the whole time of a decision. A question with a fault of
    /// its own is denied, with the fault as its reason.
    ///
    /// - Throws: ``ClientError``; treat all as denied.
    public func decide(_ questions: [Question], trace: TraceParent? = nil) async throws(ClientError) -> [Decision] {
        var decisions: [Decision] = []
        decisions.reserveCapacity(questions.count)
        var start = 0
        while start < questions.count {
            let part = questions[start..<min(start + Self.batch, questions.count)]
            let answer = try await ask("/access/v1/evaluations", QuestionWriter.batch(part), trace)
            decisions += try DecisionReader.batch(try answer.json(), count: part.count)
            start = part.endIndex
        }
        return decisions
    }

    private func ask(_ path: String, _ body: [UInt8], _ trace: TraceParent?) async throws(ClientError) -> ServerAnswer {
        let answer = try await connection.post(
            body,
            to: path,
            headers: (trace?.fields ?? []) + policies.fields,
            within: configuration.decisionTime
        )
        policies.note(answer.headers.first(name: AnsweredPolicies.header))
        guard answer.status == 200 else { throw answer.failure() }
        return answer
    }
}
