// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

/// The routes by which is told what came of decisions, by the enforcement points that asked for them.
struct OutcomeRoutes: Sendable {
    /// The most bytes of a batch.
    static let maximumBytes = 4 << 20
    private static let maximumReportBytes = 16 * 1024

    let engine: Engine
    let metrics: OutcomeMetrics

    /// The rows of the table.
    var routes: [Route] {
        [
            Route(
                .POST,
                "/v1/decisions/{id}/outcome",
                for: .enforcementPoint,
                body: .json(maximumBytes: Self.maximumReportBytes),
                document: RouteDocument(
                    "reportOutcome",
                    "Tells what came of a decision.",
                    request: .json(.told),
                    answers: [.noContent],
                    problems: [.notFound, .forbidden, .outcomeDiffers, .outcomeLate, .unavailable]
                )
            ) { call throws(Problem) in
                let point = try engine.point(call.caller).object.id
                let report: OutcomeReport
                let value = try call.json()
                do throws(ShapeError) { report = try OutcomeReport(value) } catch { throw Problem(error) }
                guard let id = ObjectID(call.parameters[0]), id.kind == .decision else {
                    throw Problem(OutcomeRefusal.notFound)
                }
                let reported = ReportedOutcome(decision: id, report: report)
                let credential = ObjectID(call.caller.credential)
                let answer = await engine.report([reported], by: point, with: credential)[0]
                metrics.count(answer)
                switch answer {
                case .recorded, .repeated:
                    return Reply(status: 204, contentType: "application/json", body: [])
                case .refused(let refusal): throw Problem(refusal)
                case .failed(let error): throw Problem(.unavailable, error.message)
                }
            },
            Route(
                .POST,
                "/v1/outcomes",
                for: .enforcementPoint,
                body: .any(maximumBytes: Self.maximumBytes),
                on: .pool,
                document: RouteDocument(
                    "reportOutcomes",
                    "Tells what came of many decisions: a JSON array of reports, or one on each line.",
                    request: .json(.array(of: .reportedOutcome, count: 0...OutcomeBatch.maximumReports)),
                    answers: [.ok(.outcomeResults)],
                    problems: [
                        .emptyBody, .invalidJSON, .invalidRequest, .unsupportedMediaType, .unavailable,
                    ]
                )
            ) { call throws(Problem) in
                let point = try engine.point(call.caller).object.id
                let credential = ObjectID(call.caller.credential)
                return Self.reply(try await answer(try OutcomeBatch.items(call), point, credential))
            },
        ]
    }

    /// What became of one place of a batch.
    private struct Line {
        var decision: ObjectID?
        var result: String
        var problem: Problem?
    }

    private func answer(
        _ items: [OutcomeBatch.Item],
        _ point: ObjectID,
        _ credential: ObjectID?
    ) async throws(Problem) -> [Line] {
        var reports: [ReportedOutcome] = []
        for case .success(let report) in items { reports.append(report) }
        var answers = await engine.report(reports, by: point, with: credential)[...]
        // Whoever was cut in the middle learns nothing more; those of the beginning are told again as repeated.
        for case .refused(.pointGone) in answers {
            metrics.count(.refused(.pointGone))
            throw Problem(OutcomeRefusal.pointGone)
        }
        return items.map { item in
            switch item {
            case .failure(let problem): return Line(result: "refused", problem: problem)
            case .success(let report):
                let answer = answers.popFirst() ?? .failed(EngineError(.internal, "a report was not answered"))
                metrics.count(answer)
                switch answer {
                case .recorded: return Line(decision: report.decision, result: "recorded")
                case .repeated: return Line(decision: report.decision, result: "repeated")
                case .refused(let refusal):
                    return Line(decision: report.decision, result: "refused", problem: Problem(refusal))
                case .failed(let error):
                    return Line(
                        decision: report.decision,
                        result: "failed",
                        problem: Problem(.unavailable, error.message)
                    )
                }
            }
        }
    }

    private static func reply(_ lines: [Line]) -> Reply {
        var writer = JSONWriter(capacity: 64 * lines.count + 128)
        writer.beginObject()
        for result in ["recorded", "repeated", "refused", "failed"] {
            writer.key(result)
            writer.integer(Int64(lines.count { $0.result == result }))
        }
        writer.key("items")
        writer.beginArray()
        for line in lines {
            writer.beginObject()
            if let decision = line.decision {
                writer.key("decision")
                writer.string(decision.description)
            }
            writer.key("result")
            writer.string(line.result)
            if let problem = line.problem {
                writer.key("code")
                writer.string(problem.code.rawValue)
                writer.key("detail")
                writer.string(problem.detail)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer)
    }
}

extension Problem {
    /// A report that closes nothing.
    init(_ refusal: OutcomeRefusal) {
        switch refusal {
        case .notFound: self.init(.notFound, refusal.message)
        case .notOwn: self.init(.forbidden, refusal.message)
        case .differs: self.init(.outcomeDiffers, refusal.message)
        case .late: self.init(.outcomeLate, refusal.message)
        case .pointGone: self = .invalidCredential(refusal.message)
        }
    }
}
