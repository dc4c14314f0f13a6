// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing
import TransparencyLog

@testable import SafeconductServer

private struct Everything: DecisionPoint, CallChecker, LogReader {
    func decide(_ evaluation: Evaluation, for inquiry: Inquiry) -> EvaluationAnswer { EvaluationAnswer(decision: true) }

    func search(_ search: AccessSearch, after position: String?, for inquiry: Inquiry) -> SearchAnswer {
        SearchAnswer(results: [])
    }

    func check(_ call: CallCheck, for inquiry: Inquiry) -> CallVerdict { .allow(headers: []) }

    func checkpoint(of log: String) -> [UInt8]? { [] }

    func tile(_ address: TileAddress, of log: String) -> [UInt8]? { [] }

    func verifierKeys() -> [String] { [] }
}

/// Walks every route that exists: what it may be asked without, with a wrong and with a right credential.
@Suite(.timeLimit(.minutes(5))) struct RouteWalkTests {
    private static var routes: [Route] {
        AuthZENRoutes.routes(Everything(), at: PublicURL("https://pdp.example"))
            + EnvoyRoutes.routes(Everything()) + LogRoutes.routes(Everything(), for: .operator)
            + HealthRoutes.routes(readiness: Readiness(), metrics: MetricRegistry())
    }

    private static func path(of route: Route) -> String {
        var path = route.template.description
        for name in route.template.parameterNames { path = path.replacing("{\(name)}", with: "some") }
        return path.hasSuffix("*") ? String(path.dropLast()) + "0/000" : path
    }

    private static let body = """
        {"subject":{"type":"a","id":"b"},"action":{"name":"c"},"resource":{"type":"d","id":"e"}}
        """

    @Test func everyRouteAsksForItsAudience() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = TestClient(port: server.port)
            for route in Self.routes {
                let method = route.method?.rawValue ?? "GET"
                let path = Self.path(of: route)
                let body = if case .json = route.body { Self.body } else { "" }
                func status(_ header: (String, String)?) async throws -> Int {
                    let headers = [("Content-Type", "application/json")] + (header.map { [$0] } ?? [])
                    return try await client.send(method, path, headers, body: body).status
                }
                let field = route.authorizationIsSubjects ? "Safeconduct-Enforcement-Point" : "Authorization"
                let prefix = route.authorizationIsSubjects ? "" : "Bearer "
                let none = try await status(nil)
                let wrong = try await status((field, prefix + "nonsense"))
                let point = try await status((field, prefix + "pep-token"))
                let person = try await status((field, prefix + "opr-token"))
                let statuses = [none, wrong, point, person]
                switch route.audience {
                case .public: #expect(statuses == [200, 200, 200, 200], "\(route.name)")
                case .enforcementPoint: #expect(statuses == [401, 401, 200, 401], "\(route.name)")
                case .operator, .identity: #expect(statuses == [401, 401, 401, 200], "\(route.name)")
                }
            }
        }
    }

    @Test func everyRouteIsDescribed() {
        #expect(Set(Self.routes.map(\.document.operation)).count == Self.routes.count)
        for route in Self.routes {
            #expect(route.document.summary.hasSuffix(".") || route.document.summary.hasSuffix("?"), "\(route.name)")
            if case .json = route.body { #expect(route.document.request != nil, "\(route.name)") }
        }
    }
}
