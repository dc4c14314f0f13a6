// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import Safeconduct
import StrictJSON
import Testing
import TrustModel

@testable import SafeconductServer

/// Tasks over HTTP, by identities with their own keys and by operators.
@Suite(.timeLimit(.minutes(5))) struct TaskRouteTests {
    /// A fresh assertion of an identity.
    private static func assertion(_ world: ProductWorld, _ name: String, _ key: SigningKey) throws -> String {
        let now = Int64(Date().timeIntervalSince1970)
        let claims: JSONValue = [
            "iss": .string(name), "sub": .string(name),
            "aud": .string(world.engine.view.state.opening?.origin ?? ""), "iat": .integer(now),
            "exp": .integer(now + 60), "jti": .string(UUID().uuidString),
        ]
        return String(decoding: try key.sign(claims.serialized(), type: "JWT"), as: UTF8.self)
    }

    private static let task: JSONValue = [
        "purpose": "report", "apis": [["api": "orders", "operations": ["list"]]], "expires_in": "1h",
        "budget": ["calls": 1],
    ]

    private static func run(
        _ body: (ProductWorld, (String, String, JSONValue?, [(String, String)]) async throws -> TestClient.Answer)
            async throws -> Void
    ) async throws {
        try await ProductWorld.run { world async throws in
            let key = SigningKey.generate(.es256)
            let other = SigningKey.generate(.es256)
            _ = try await world.put("/v1/identities/other", ProductWorld.worker)
            for (name, key) in [("worker", key), ("other", other)] {
                let value: JSONValue = ["holder": .string(name), "jwk": .object(key.verificationKey.jwk)]
                #expect(try await world.send("POST", "/v1/credentials", value).status == 201)
            }
            try await body(world) { method, path, value, headers in
                let token = try Self.assertion(world, "worker", key)
                return try await world.send(method, path, value, headers, token: token)
            }
        }
    }

    @Test func anIdentitySeesAndEndsItsOwn() async throws {
        try await Self.run { world, ask async throws in
            let made = try await ask("POST", "/v1/tasks", Self.task, [])
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(made.json?["id"]?.stringValue)
            #expect(made.json?["state"] == "open" && made.json?["identity_name"] == "worker")
            guard case .object(var theirs) = Self.task else { return }
            theirs["identity"] = "other"
            let operators = try await world.send("POST", "/v1/tasks", .object(theirs))
            let foreign = try #require(operators.json?["id"]?.stringValue)
            // Declaring for another is no right of an identity; what is another's is not there for it.
            #expect(try await ask("POST", "/v1/tasks", .object(theirs), []).code == "denied")
            #expect(try await ask("GET", "/v1/tasks/\(foreign)", nil, []).status == 404)
            #expect(try await ask("GET", "/v1/tasks?identity=other", nil, []).status == 403)
            for verb in ["complete", "cancel"] {
                #expect(try await ask("POST", "/v1/tasks/\(foreign)/\(verb)", nil, []).code == "denied")
            }
            let own = try await ask("GET", "/v1/tasks?state=open", nil, [])
            #expect(own.json?["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == [id])
            let all = try await world.get("/v1/tasks?page_size=1")
            #expect(all.json?["items"]?.arrayValue?.count == 1 && all.json?["next_page_token"] != nil)
            #expect(try await world.get("/v1/tasks?identity=other").json?["items"]?.arrayValue?.count == 1)
            #expect(try await world.get("/v1/tasks?identity=nobody").status == 404)
            #expect(try await world.get("/v1/tasks?state=lost").status == 400)
            let spent = try await ask("POST", "/v1/tasks/\(id)/spend", ["amounts": ["calls": 1]], [])
            #expect(spent.json?["spent"]?["calls"] == 1)
            let more = try await ask("POST", "/v1/tasks/\(id)/spend", ["amounts": ["calls": 1]], [])
            #expect(more.status == 409 && more.code == "budget_exhausted", "\(more.text)")
            #expect(try await ask("POST", "/v1/tasks/\(id)/spend", ["amounts": [:]], []).status == 400)
            let done = try await ask("POST", "/v1/tasks/\(id)/complete", nil, [])
            #expect(done.json?["state"] == "completed" && done.json?["retired"] == true)
            #expect(try await ask("POST", "/v1/tasks/\(id)/cancel", nil, []).status == 409)
            #expect(try await ask("GET", "/v1/tasks?state=open", nil, []).json?["items"]?.arrayValue?.isEmpty == true)
            #expect(try await world.get("/v1/tasks/\(id)").json?["ended"]?["state"] == "completed")
        }
    }

    @Test func aKeyMeansOneTask() async throws {
        try await Self.run { world, ask async throws in
            let key = [("Idempotency-Key", "run-7")]
            let first = try await ask("POST", "/v1/tasks", Self.task, key)
            let second = try await ask("POST", "/v1/tasks", Self.task, key)
            #expect(first.status == 201 && second.status == 201 && first.body == second.body)
            #expect(world.engine.view.state.tasks.count == 1)
            #expect(try await ask("POST", "/v1/tasks", ["purpose": "x"], key).code == "idempotency_key_reused")
        }
    }

    /// Routes for operators and for enforcement points are none for identities.
    @Test func anIdentityIsNobodyElsewhere() async throws {
        try await Self.run { world, ask async throws in
            for (method, path) in [("GET", "/v1/identities"), ("GET", "/v1/status"), ("POST", "/v1/cuts")] {
                let body: JSONValue? = method == "POST" ? ["scope": ["kind": "all"]] : nil
                #expect(try await ask(method, path, body, []).status == 403, "\(path)")
            }
            #expect(try await world.send("GET", "/v1/tasks", token: world.point).status == 403)
            #expect(try await world.send("GET", "/v1/tasks", token: "a.b.c").status == 401)
            // A token of a registered issuer that nobody can check proves nothing.
            let now = Int64(Date().timeIntervalSince1970)
            let claims: JSONValue = [
                "iss": "https://login.test", "sub": "worker", "aud": "safeconduct", "iat": .integer(now),
                "exp": .integer(now + 60),
            ]
            let token = try SigningKey.generate(.es256).sign(claims.serialized(), type: "JWT")
            let answer = try await world.send("GET", "/v1/tasks", token: String(decoding: token, as: UTF8.self))
            #expect(answer.status == 401 && answer["www-authenticate"] != nil, "\(answer.text)")
        }
    }
}
