// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// One kind of request that the server is measured with.
struct Scenario {
    /// Its name in the report.
    let name: String
    let request: HTTPRequest
    let check: AnswerCheck
    /// How many decisions one request makes.
    let decisions: Int
    /// How many connections ask at once, as a multiple of what the run was told.
    var width = 1

    /// The trivial JSON endpoint, which everything else is compared with.
    static let trivial = Scenario(
        name: "GET /readyz",
        request: HTTPRequest(path: "/readyz"),
        check: .body(#""status":"ready""#, times: 1),
        decisions: 0
    )

    /// One decision about a subject that the enforcement point vouches for.
    static func asserted(_ point: String, policies: Int) -> Scenario {
        Scenario(
            name: "evaluation, asserted, \(policies) policies",
            request: .json("POST", "/access/v1/evaluation", token: point, World.assertedQuestion),
            check: .body(#""decision":true"#, times: 1),
            decisions: 1
        )
    }

    /// The same from four times as many connections: what waits for the disk together shares the wait.
    static func assertedWide(_ point: String, policies: Int) -> Scenario {
        let scenario = asserted(point, policies: policies)
        return Scenario(
            name: scenario.name + ", 4x connections",
            request: scenario.request,
            check: scenario.check,
            decisions: 1,
            width: 4
        )
    }

    /// One decision about a subject whose token is in the question.
    static func proven(_ point: String, token: String, policies: Int) -> Scenario {
        Scenario(
            name: "evaluation, ES256 token, \(policies) policies",
            request: .json("POST", "/access/v1/evaluation", token: point, World.provenQuestion(token: token)),
            check: .body(#""decision":true"#, times: 1),
            decisions: 1
        )
    }

    /// Many decisions in one request.
    static func batch(_ point: String, items: Int, policies: Int) -> Scenario {
        Scenario(
            name: "evaluations of \(items), asserted, \(policies) policies",
            request: .json("POST", "/access/v1/evaluations", token: point, World.batchQuestion(items)),
            check: .body(#""decision":true"#, times: items),
            decisions: items
        )
    }

    /// The same about several operations and records.
    static func variedBatch(_ point: String, items: Int, policies: Int) -> Scenario {
        Scenario(
            name: "evaluations of \(items), varied, \(policies) policies",
            request: .json("POST", "/access/v1/evaluations", token: point, World.variedBatchQuestion(items)),
            check: .body(#""decision":true"#, times: items),
            decisions: items
        )
    }

    /// One call that Envoy holds, with the workload's token.
    static func envoy(_ point: String, token: String, policies: Int) -> Scenario {
        Scenario(
            name: "Envoy check, ES256 token, \(policies) policies",
            request: HTTPRequest(
                path: "/envoy/v1/check\(World.operationPath)",
                headers: [("Authorization", "Bearer \(token)"), ("Safeconduct-Enforcement-Point", point)]
            ),
            check: .head("safeconduct-identity: orders-worker"),
            decisions: 1
        )
    }
}
