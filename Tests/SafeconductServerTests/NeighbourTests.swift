// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import SafeconductServer

/// What an operator may not do any more at one node, they may not do at the next request to another.
@Suite struct NeighbourTests {
    /// A world, and the routes of a second node over its directory, which nothing tells of the first one's entries.
    private func run(_ body: (ProductWorld, TestServer, Engine) async throws -> Void) async throws {
        try await ProductWorld.run { world in
            let two = try await Engine.open(
                store: try SQLiteStore(directory: world.directory + "/data"),
                master: try MasterKey(file: world.directory + "/data/master.key"),
                configuration: EngineConfiguration(node: 2)
            )
            let routes = ProductServer.routes(
                two,
                publicLog: false,
                at: PublicURL("https://pdp.test"),
                Readiness(),
                MetricRegistry(),
                feed: FeedLimits()
            )
            try await TestServer.run(
                routes,
                gatekeeper: EngineGatekeeper(engine: two),
                revisions: EngineRevisions(engine: two)
            ) { server in try await body(world, server, two) }
        }
    }

    private func token(_ world: ProductWorld, of name: String) async throws -> String {
        let engine = world.engine
        let (_, token) = await engine.issueBearer(to: name, kind: .operator, by: engine.node.id)
        return try #require(token).secret
    }

    private func status(_ server: TestServer, _ token: String, _ path: String) async throws -> Int {
        try await TestClient(port: server.port).send("GET", path, [("Authorization", "Bearer \(token)")]).status
    }

    @Test(arguments: ["/v1/identities", "/v1/identities/worker", "/v1/decisions", "/metrics", "/v1/feed"])
    func whatWasCutAtOneReadsNothingAtTheOther(_ path: String) async throws {
        try await run { world, server, two async throws in
            let olga = ProductWorld.object([("kind", "human"), ("roles", ["auditor"])], owned: false)
            #expect(try await world.put("/v1/operators/olga", olga).status == 201)
            let token = try await token(world, of: "olga")
            // A reader that the other node knows.
            #expect(try await status(server, world.token, "/v1/identities") == 200)
            if path != "/v1/feed" { #expect(try await status(server, token, path) == 200) }
            let id = try #require(world.engine.view.state.find("olga", kind: .operator))
            let cut = try JSONValue(parsing: #"{"scope":{"kind":"identity","id":"\#(id)"}}"#)
            #expect(try await world.send("POST", "/v1/cuts", cut).status == 201)
            let known = two.view.state.size
            #expect(known < world.engine.view.state.size)
            #expect(try await status(server, token, path) == 401)
        }
    }

    @Test func whatARoleNoLongerAllowsIsNotRead() async throws {
        try await run { world, server, _ async throws in
            let human: (JSONValue) -> JSONValue = { roles in
                ProductWorld.object([("kind", "human"), ("roles", roles)], owned: false)
            }
            #expect(try await world.put("/v1/operators/olga", human(["auditor"])).status == 201)
            let token = try await token(world, of: "olga")
            #expect(try await status(server, world.token, "/v1/status") == 200)
            #expect(try await status(server, token, "/v1/identities") == 200)
            #expect(try await world.put("/v1/operators/olga", human(["finance"])).status == 200)
            #expect(try await status(server, token, "/v1/identities") == 403)
            #expect(try await status(server, token, "/v1/operators") == 200)
        }
    }

    /// What one node answered is what the next one reads, without a header that says so.
    @Test func whatWasPutAtOneIsReadAtTheOther() async throws {
        try await run { world, server, _ async throws in
            for number in 0..<3 {
                #expect(try await world.put("/v1/identities/new-\(number)", ProductWorld.worker).status == 201)
                #expect(try await status(server, world.token, "/v1/identities/new-\(number)") == 200)
            }
        }
    }
}
