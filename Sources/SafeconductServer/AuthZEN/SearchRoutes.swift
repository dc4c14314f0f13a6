// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import StrictJSON

extension AuthZENRoutes {
    /// Where something is sought.
    static func searchPath(_ sought: AccessSearch.Sought) -> String { "/access/v1/search/\(sought.rawValue)" }

    /// The three search endpoints.
    static func searchRoutes(_ point: any DecisionPoint, for audience: Audience) -> [Route] {
        AccessSearch.Sought.allCases.map { sought in
            Route(
                .POST,
                searchPath(sought),
                for: audience,
                // As for evaluations (section 10.1.1).
                body: .json(otherwise: .wrongContentType),
                // A search asks thousands of questions.
                on: .pool,
                document: RouteDocument(
                    operation(sought),
                    sentence(sought),
                    request: .json(.searchRequest(sought)),
                    answers: [.ok(.searchResponse(sought))],
                    problems: [.denied, .tooManyRequests, .unavailable]
                )
            ) { call throws(Problem) in
                let search = try EvaluationReader.search(try call.json(), for: sought)
                let token = try SearchToken(of: search)
                let answer = try await point.search(search, after: token?.position, for: call.inquiry)
                return EvaluationWriter.search(answer, to: search)
            }
        }
    }

    private static func operation(_ sought: AccessSearch.Sought) -> String {
        switch sought {
        case .subject: "searchSubjects"
        case .resource: "searchResources"
        case .action: "searchActions"
        }
    }

    private static func sentence(_ sought: AccessSearch.Sought) -> String {
        switch sought {
        case .subject: "Who may do this with that?"
        case .resource: "With what may they do this?"
        case .action: "What may they do with that?"
        }
    }
}
