// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON

/// The endpoints of the AuthZEN Authorization API 1.0: evaluation, evaluations, the searches and the metadata that names
/// them.
public enum AuthZENRoutes {
    private static let evaluationPath = "/access/v1/evaluation"
    private static let evaluationsPath = "/access/v1/evaluations"

    /// The routes.
    ///
    /// - Parameters:
    ///   - audience: ``Audience/enforcementPoint``, or ``Audience/public`` where anybody may ask.
    ///   - context: What the decision point's answers tell beside yes and no.
    ///   - url: What the metadata gives as `policy_decision_point`.
    public static func routes(
        _ point: any DecisionPoint,
        for audience: Audience = .enforcementPoint,
        telling context: Schema = .map(of: .any),
        at url: PublicURL
    ) -> [Route] {
        // Section 10.1.1 answers 400, not 415, to another media type.
        let body = Route.Body.json(otherwise: .wrongContentType)
        return [
            Route(
                .POST,
                evaluationPath,
                for: audience,
                body: body,
                document: RouteDocument(
                    "evaluate",
                    "May this subject do this action on this resource?",
                    request: .json(.evaluationRequest),
                    answers: [.ok(.evaluationResponse(context))],
                    problems: [.denied, .unavailable]
                )
            ) { call throws(Problem) in
                let evaluation = try EvaluationReader.single(try call.json())
                return EvaluationWriter.single(try await point.decide(evaluation, for: call.inquiry))
            },
            Route(
                .POST,
                evaluationsPath,
                for: audience,
                body: body,
                document: RouteDocument(
                    "evaluateBatch",
                    "Several questions in one request.",
                    request: .json(.evaluationsRequest),
                    answers: [.ok(.evaluationsResponse(context))],
                    problems: [.denied, .tooManyEvaluations, .unavailable]
                )
            ) { call throws(Problem) in
                switch try EvaluationReader.batch(try call.json()) {
                case .single(let evaluation):
                    return EvaluationWriter.single(try await point.decide(evaluation, for: call.inquiry))
                case .many(let items, let semantic):
                    return EvaluationWriter.batch(try await point.decide(items, semantic, for: call.inquiry))
                }
            },
            Route(
                .GET,
                "/.well-known/authzen-configuration",
                for: .public,
                document: RouteDocument(
                    "getAuthZENConfiguration",
                    "What this decision point offers, and where.",
                    answers: [.ok(.authZENConfiguration)]
                )
            ) { _ throws(Problem) in metadata(url.value) },
        ] + searchRoutes(point, for: audience)
    }

    /// Section 9.1. Only what exists is named: an absent endpoint says that there is none.
    private static func metadata(_ url: String) -> Reply {
        .json([
            "policy_decision_point": .string(url),
            "access_evaluation_endpoint": .string(url + evaluationPath),
            "access_evaluations_endpoint": .string(url + evaluationsPath),
            "search_subject_endpoint": .string(url + searchPath(.subject)),
            "search_resource_endpoint": .string(url + searchPath(.resource)),
            "search_action_endpoint": .string(url + searchPath(.action)),
        ])
    }
}

extension Decision {
    /// By which policies and at which revision it was decided; sent back with the next question.
    static var policyHeader: String { "safeconduct-policy" }
}

extension HTTPCall {
    /// Who asks here.
    public var inquiry: Inquiry {
        Inquiry(
            caller: caller,
            requestID: requestID,
            report: PointReport(
                policyDigest: headers.first(name: "safeconduct-policy-digest"),
                rev: headers.first(name: "safeconduct-rev").flatMap(PolicyVersion.revision)
            ) ?? PointReport(answeredUnder: headers.first(name: Decision.policyHeader)),
            trace: trace
        )
    }
}
