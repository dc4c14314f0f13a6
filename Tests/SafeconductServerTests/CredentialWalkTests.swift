// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductServer

/// Walks every route of the product with every credential that must not count, and every method that it does not take.
@Suite(.timeLimit(.minutes(5))) struct CredentialWalkTests {
    /// Credentials by what is wrong with them.
    private struct Tokens {
        var points: [(String, String?)]
        var operators: [(String, String?)]
    }

    private static func path(of route: Route) -> String {
        var path = route.template.description
        for name in route.template.parameterNames { path = path.replacing("{\(name)}", with: "some") }
        return path.hasSuffix("*") ? String(path.dropLast()) + "0/000" : path
    }

    private static func routes(_ world: ProductWorld) -> [Route] {
        ProductServer.routes(
            world.engine,
            publicLog: false,
            at: PublicURL("https://pdp.test"),
            Readiness(),
            MetricRegistry()
        )
    }

    /// Registers a holder, or registers it again with another expiry.
    private static func put(_ world: ProductWorld, _ kind: ObjectKind, _ name: String, for time: Int64) async throws {
        var value = (kind == .operator ? ProductWorld.team : ProductWorld.edge).objectValue ?? JSONObject()
        value["expires_in"] = nil
        value["expires_at"] = .string(world.engine.now().advanced(byMilliseconds: time).description)
        let put = await world.engine.put(kind, named: name, .object(value), by: world.engine.node.id)
        guard case .done = put else { throw Problem(.internalError, "\(put)") }
    }

    /// A token of a holder that is fresh with its first, before anything is done to it.
    private static func token(_ world: ProductWorld, _ kind: ObjectKind, _ name: String) async throws -> String {
        try await put(world, kind, name, for: 86_400_000)
        return try #require(await world.engine.issueBearer(to: name, kind: kind, by: world.engine.node.id).token).secret
    }

    private static func tokens(_ world: ProductWorld) async throws -> Tokens {
        var tokens = Tokens(points: [], operators: [])
        for kind in [ObjectKind.enforcementPoint, .operator] {
            let noun = kind == .operator ? "operators" : "enforcement-points"
            var list: [(String, String?)] = [
                ("none", nil), ("nonsense", "nonsense"), ("too long", String(repeating: "a", count: 600)),
            ]
            let expired = try await token(world, kind, "expired")
            try await put(world, kind, "expired", for: 1000)
            let cut = try await token(world, kind, "cut")
            let held = try await token(world, kind, "held")
            let retired = try await token(world, kind, "retired")
            let rotated = try await token(world, kind, "rotated")
            _ = try await token(world, kind, "rotated")
            for (name, verb) in [("cut", "cuts"), ("held", "holds")] {
                let id = try #require(world.engine.view.state.find(name, kind: kind)).description
                let scope: JSONValue = ["scope": ["kind": "identity", "id": .string(id)]]
                try #require(try await world.send("POST", "/v1/\(verb)", scope).status == 201)
            }
            try #require(try await world.send("DELETE", "/v1/\(noun)/retired").status == 200)
            list += [("expired", expired), ("cut", cut), ("held", held), ("retired", retired), ("rotated", rotated)]
            if kind == .operator { tokens.operators = list } else { tokens.points = list }
        }
        // The expired ones were made first; what came after them took its time, and this is the rest of it.
        let end = world.engine.now().advanced(byMilliseconds: 1100)
        while world.engine.now() < end { try await Task.sleep(for: .milliseconds(50)) }
        return tokens
    }

    @Test func noBadCredentialIsLetIn() async throws {
        try await ProductWorld.run { world async throws in
            let tokens = try await Self.tokens(world)
            let client = TestClient(port: world.port)
            let size = world.engine.view.state.size
            for route in Self.routes(world) where route.audience != .public {
                let list = route.audience == .enforcementPoint ? tokens.points : tokens.operators
                let path = Self.path(of: route)
                var methods = route.method.map { [$0.rawValue] } ?? ["GET", "POST", "PROPFIND"]
                if route.method == .GET { methods.append("HEAD") }
                for method in methods {
                    for (what, token) in list {
                        // Where a point may be known by its own header, that one is tried, too.
                        for isOwnHeader in route.audience == .enforcementPoint ? [false, true] : [false] {
                            if !isOwnHeader, route.authorizationIsSubjects { continue }
                            var headers = [("Content-Type", "application/json")]
                            if let token {
                                headers.append(
                                    isOwnHeader
                                        ? ("Safeconduct-Enforcement-Point", token)
                                        : ("Authorization", "Bearer \(token)")
                                )
                            }
                            let answer = try await client.send(method, path, headers)
                            #expect(answer.status == 401, "\(route.name) with a credential that is \(what)")
                            #expect(answer["www-authenticate"] != nil, "\(route.name)")
                            #expect(answer["etag"] == nil && answer["x-trust-revision"] == nil, "\(route.name)")
                        }
                    }
                }
            }
            #expect(world.engine.view.state.size == size)
        }
    }

    @Test func noOtherMethodLeadsAnywhere() async throws {
        try await ProductWorld.run { world async throws in
            let routes = Self.routes(world)
            let paths = Set(routes.filter { $0.method != nil }.map(\.template.description))
            for template in paths {
                let here = routes.filter { $0.template.description == template }
                var allowed = Set(here.compactMap { $0.method?.rawValue })
                if allowed.contains("GET") { allowed.insert("HEAD") }
                for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
                where !allowed.contains(method) {
                    let answer = try await world.send(method, Self.path(of: here[0]))
                    #expect(answer.status == 405, "\(method) \(template)")
                    #expect(answer["allow"] == allowed.sorted().joined(separator: ", "), "\(method) \(template)")
                }
            }
        }
    }

    /// HEAD is GET without the body (RFC 9110 section 9.3.2): the same status and headers, the same right to ask.
    @Test func headIsGetWithoutABody() async throws {
        try await ProductWorld.run { world async throws in
            for route in Self.routes(world) where route.method == .GET {
                let token = route.audience == .enforcementPoint ? world.point : world.token
                let path = Self.path(of: route)
                let get = try await world.send("GET", path, token: token)
                let head = try await world.send("HEAD", path, token: token)
                #expect(head.status == get.status, "\(path)")
                #expect(head.body.isEmpty && head["content-type"] == get["content-type"], "\(path)")
                #expect(head["etag"] == get["etag"], "\(path)")
            }
        }
    }
}
