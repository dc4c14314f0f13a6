// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Safeconduct
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import SafeconductServer

/// The whole product on a free port: a team, an API, an issuer, an identity, policies and an enforcement point, all made
/// over its own routes.
struct ProductWorld: Sendable {
    let engine: Engine
    let directory: String
    let port: Int
    /// The token of the operator `local`.
    let token: String
    /// The token of the enforcement point `edge`.
    let point: String
    /// What the routes count.
    let metrics: MetricRegistry
    /// What the connections count.
    let connections: MetricRegistry

    static let custody: JSONObject = JSONObject([
        ("owner", "team"), ("purpose", "testing"), ("boundary", "shop"), ("expires_in", "30d"),
    ])

    static func object(_ members: [(String, JSONValue)], owned: Bool = true) -> JSONValue {
        var object = custody
        if !owned { object["owner"] = nil }
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    static let team = object([("kind", "team")], owned: false)
    static let worker = object([("kind", "service"), ("labels", ["worker"])])
    static let api = object([
        ("hosts", ["orders.test"]),
        ("operations", [["name": "list", "method": "GET", "path": "/orders"]]),
    ])
    static let login = object([("url", "https://login.test"), ("audiences", ["safeconduct"])])
    static let edge = object([("apis", ["orders"]), ("subjects", ["proven", "asserted"])])
    static let policies: JSONValue = ["files": [["name": "a.cedar", "text": "permit (principal, action, resource);"]]]

    static func run(
        limits: ServerLimits = ServerLimits(),
        feed: FeedLimits = FeedLimits(),
        _ body: (ProductWorld) async throws -> Void
    ) async throws {
        try await TestData.withDirectory { directory in
            let data = directory + "/data"
            let engine = try await Engine.open(
                store: try SQLiteStore(directory: data),
                master: try MasterKey(file: data + "/master.key"),
                configuration: EngineConfiguration(issuerURL: "https://pdp.test")
            )
            let tokenFile = data + "/operator.token"
            try await engine.provideLocalOperator(tokenFile: tokenFile)
            let token = String(decoding: try #require(try PrivateFile.read(tokenFile)).dropLast(), as: UTF8.self)
            let metrics = MetricRegistry()
            let routes = ProductServer.routes(
                engine,
                publicLog: false,
                at: PublicURL("https://pdp.test"),
                Readiness(),
                metrics,
                feed: feed
            )
            try await TestServer.run(
                routes,
                limits: limits,
                gatekeeper: EngineGatekeeper(engine: engine),
                revisions: EngineRevisions(engine: engine)
            ) { server in
                let world = ProductWorld(
                    engine: engine,
                    directory: directory,
                    port: server.port,
                    token: token,
                    point: "",
                    metrics: metrics,
                    connections: server.metrics
                )
                for (path, value) in [
                    ("operators/team", team), ("apis/orders", api), ("issuers/login", login),
                    ("identities/worker", worker), ("policies/active", policies),
                ] {
                    let answer = try await world.put("/v1/" + path, value)
                    try #require([200, 201].contains(answer.status), "\(path): \(answer.text)")
                }
                let edge = try await world.send("POST", "/v1/enforcement-points", named("edge", Self.edge))
                try await body(
                    ProductWorld(
                        engine: engine,
                        directory: directory,
                        port: server.port,
                        token: token,
                        point: try #require(edge.json?["token"]?.stringValue, "\(edge.text)"),
                        metrics: metrics,
                        connections: server.metrics
                    )
                )
            }
        }
    }

    static func named(_ name: String, _ value: JSONValue) -> JSONValue {
        var object = value.objectValue ?? JSONObject()
        object["name"] = .string(name)
        return .object(object)
    }

    /// One request of the operator, or of whoever `token` belongs to.
    func send(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        _ headers: [(String, String)] = [],
        token: String? = nil
    ) async throws -> TestClient.Answer {
        var all = [("Authorization", "Bearer \(token ?? self.token)")] + headers
        if body != nil { all.append(("Content-Type", "application/json")) }
        let text = body.map { String(decoding: $0.serialized(), as: UTF8.self) } ?? ""
        return try await TestClient(port: port).send(method, path, all, body: text)
    }

    /// One form whose members are texts, from whoever `token` belongs to.
    func sendForm(_ path: String, _ members: JSONValue?, token: String?) async throws -> TestClient.Answer {
        let form = (members?.objectValue ?? JSONObject()).map { "\($0.key)=\($0.value.stringValue ?? "")" }
        var headers = [("Content-Type", "application/x-www-form-urlencoded")]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        return try await TestClient(port: port).send("POST", path, headers, body: form.joined(separator: "&"))
    }

    func get(_ path: String, _ headers: [(String, String)] = []) async throws -> TestClient.Answer {
        try await send("GET", path, nil, headers)
    }

    func put(
        _ path: String,
        _ body: JSONValue,
        _ headers: [(String, String)] = []
    ) async throws -> TestClient.Answer {
        try await send("PUT", path, body, headers)
    }
}
