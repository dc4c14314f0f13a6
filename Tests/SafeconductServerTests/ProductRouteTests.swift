// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import SafeconductServer

/// Walks the whole table of the product with a real engine: no, a wrong, a point's and an operator's credential.
@Suite(.timeLimit(.minutes(1))) struct ProductRouteTests {
    private static let world: [(ObjectKind, String, JSONValue)] = [
        (.operator, "team", ["kind": "team", "purpose": "test", "boundary": "b", "expires_in": "1d"]),
        (
            .api, "orders",
            ["owner": "team", "purpose": "test", "boundary": "b", "expires_in": "1d", "operations": []]
        ),
        (
            .enforcementPoint, "point",
            ["owner": "team", "purpose": "test", "boundary": "b", "expires_in": "1d", "apis": ["orders"]]
        ),
    ]

    private static func path(of route: Route) -> String {
        var path = route.template.description
        for name in route.template.parameterNames { path = path.replacing("{\(name)}", with: "some") }
        return path.hasSuffix("*") ? String(path.dropLast()) + "0/000" : path
    }

    @Test(arguments: [false, true])
    func everyRouteAsksForItsAudience(publicLog: Bool) async throws {
        try await TestData.withDirectory { directory in
            let store = try SQLiteStore(directory: directory + "/data")
            let engine = try await Engine.open(
                store: store,
                master: try MasterKey(file: directory + "/data/master.key"),
                configuration: EngineConfiguration()
            )
            let tokenFile = directory + "/data/operator.token"
            try await engine.provideLocalOperator(tokenFile: tokenFile)
            let person = String(decoding: try PrivateFile.read(tokenFile) ?? [], as: UTF8.self).dropLast()
            for (kind, name, value) in Self.world {
                let outcome = await engine.put(kind, named: name, value, by: engine.node.id)
                guard case .done = outcome else { throw Problem(.internalError, "\(outcome)") }
            }
            let issued = await engine.issueBearer(to: "point", kind: .enforcementPoint, by: engine.node.id)
            let point = try #require(issued.token).secret
            let routes = ProductServer.routes(
                engine,
                publicLog: publicLog,
                at: PublicURL("https://pdp.example"),
                Readiness(),
                MetricRegistry()
            )
            #expect(Set(routes.map(\.document.operation)).count == routes.count)
            try await TestServer.run(routes, gatekeeper: EngineGatekeeper(engine: engine)) { server in
                for route in routes {
                    try await Self.walk(route, TestClient(port: server.port), point: point, person: String(person))
                }
            }
        }
    }

    private static func walk(_ route: Route, _ client: TestClient, point: String, person: String) async throws {
        func status(_ token: String?) async throws -> Int {
            var headers = [("Content-Type", "application/json")]
            if let token, route.authorizationIsSubjects {
                headers.append(("Safeconduct-Enforcement-Point", token))
            } else if let token {
                headers.append(("Authorization", "Bearer \(token)"))
            }
            let method = route.method?.rawValue ?? "GET"
            return try await client.send(method, path(of: route), headers, body: "").status
        }
        let none = try await status(nil)
        let wrong = try await status("nonsense")
        let asPoint = try await status(point)
        let asPerson = try await status(person)
        let refused = [401, 403]
        switch route.audience {
        case .public: #expect(![none, wrong, asPoint, asPerson].contains { refused.contains($0) }, "\(route.name)")
        case .enforcementPoint:
            #expect(none == 401 && wrong == 401 && asPerson == 403, "\(route.name)")
            #expect(asPoint != 403, "\(route.name)")
        case .operator:
            #expect(none == 401 && wrong == 401 && asPoint == 403, "\(route.name)")
            #expect(!refused.contains(asPerson), "\(route.name)")
        }
        #expect(![none, wrong, asPoint, asPerson].contains { $0 >= 500 }, "\(route.name)")
    }
}
