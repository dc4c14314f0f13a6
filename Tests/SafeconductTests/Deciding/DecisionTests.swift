// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct DecisionTests {
    @Test func allowForbidAndNeither() async throws {
        let policies = """
            @id("staff") permit (principal in Boundary::"prod/eu", action == Action::"read", resource in Api::"orders");
            @id("no-admin") forbid (principal, action, resource) when { resource.capabilities.contains("reaches_admin") };
            """
        try await World.run(policies: policies) { world async throws in
            let allowed = try await world.ask(.asserted("worker")).get()
            #expect(allowed.outcome == .allow && allowed.reason == "permitted" && allowed.policies == ["staff"])
            #expect(allowed.identity == "worker" && allowed.rev == world.engine.view.state.rev)
            #expect(allowed.score == .neutral && allowed.score.band == .none)
            let forbidden = try await world.ask(.asserted("worker"), "admin").get()
            #expect(forbidden.outcome == .deny && forbidden.reason == "forbidden" && forbidden.policies == ["no-admin"])
            let neither = try await world.ask(.asserted("worker"), "create").get()
            #expect(neither.outcome == .deny && neither.reason == "not_permitted" && neither.policies.isEmpty)
            let unknown = try await world.ask(.asserted("worker"), "delete").get()
            #expect(unknown.outcome == .deny && unknown.reason == "operation_unknown")
        }
    }

    @Test func whatPoliciesSeeOfTheWorld() async throws {
        let conditions = [
            #"principal.kind == "service" && principal.labels.contains("eu") && principal.name == "worker""#,
            #"principal.owner == "local" && principal.purpose == "orders" && principal.boundary == "prod/eu""#,
            #"principal in Operator::"local" && principal.issuer == "ci""#,
            #"resource == Operation::"orders/show" && resource.api == "orders" && resource.method == "GET""#,
            #"resource.path == "/v1/orders/{id}" && !resource.mutating && resource.sensitivity == 500"#,
            #"resource.data_class == "internal" && resource.capabilities == [] && resource in Boundary::"prod/eu""#,
            #"context.caller.proven && context.caller.assurance == 500 && context.caller.binding == "bearer""#,
            #"context.caller.issuer == "ci" && context.trust.caller.score == 500 && context.trust.api.band == "none""#,
            #"context.now == datetime("2026-11-21T07:40:00Z") && context has met && context.request.method == "GET""#,
            #"action in Action::"call""#,
        ]
        let policies = conditions.enumerated().map { index, condition in
            "@id(\"c\(index)\") permit (principal, action, resource) when { \(condition) };"
        }
        try await World.run(policies: policies.joined(separator: "\n")) { world async throws in
            let decision = try await world.ask(.token(try world.token())).get()
            #expect(decision.policies == conditions.indices.map { "c\($0)" })
            // What is vouched for counts for less, and has no issuer.
            let asserted = try await world.ask(.asserted("worker")).get()
            #expect(asserted.policies == ["c0", "c1", "c3", "c4", "c5", "c8", "c9"])
            let record = try await world.record(.success(asserted))
            #expect(record["assurance"] == 200 && record["binding"] == "asserted")
        }
    }

    @Test func whatACallerSendsNeverOverridesWhatTheStateKnows() async throws {
        let policies = """
            permit (principal, action, resource) when {
              context.caller.proven || principal.kind == "agent" || context.met.contains("approve:security")
              || context.trust.caller.score > 900 || resource.sensitivity == 0
            };
            """
        try await World.run(policies: policies) { world async throws in
            let lies =
                #"{"caller":{"proven":true},"proven":true,"met":["approve:security"],"trust":{"caller":{"score":1000}},"#
                + #""kind":"agent","sensitivity":0,"amount":{"caller":{"proven":true},"met":["approve:security"]}}"#
            #expect(try await world.reason(attributes: lies) == "not_permitted")
            #expect(try await world.reason(token: try world.token(claims: [("kind", "agent")])) == "permitted")
        }
    }

    static let calls: [(String?, String, String, String)] = [
        ("orders.example", "GET", "/v1/orders/17", "permitted"),
        ("ORDERS.example:443", "GET", "/v1/orders/17?x=1", "permitted"),
        ("orders.example", "POST", "/v1/orders", "permitted"),
        ("orders.example", "GET", "/v1/orders", "operation_unknown"),
        ("orders.example", "DELETE", "/v1/orders/17", "operation_unknown"),
        ("orders.example", "get", "/v1/orders/17", "operation_unknown"),
        ("orders.example", "GET", "/v1/orders/17/", "operation_unknown"),
        ("orders.example", "GET", "/v1/orders/../admin", "?path_ambiguous"),
        ("orders.example", "GET", "/v1/orders/%2e%2e", "?path_ambiguous"),
        ("orders.example", "GET", "/v1//orders/17", "?path_ambiguous"),
        ("orders.example", "GET", "/v1/orders%2F17", "?path_ambiguous"),
        ("orders.example", "GET", "", "?path_ambiguous"),
        ("evil.example", "GET", "/v1/orders/17", "?not_granted"),
        ("orders.example@evil.example", "GET", "/v1/orders/17", "?not_granted"),
        (nil, "GET", "/v1/orders/17", "?not_granted"),
    ]

    @Test func callsOnTheWire() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for (host, method, path, reason) in Self.calls {
                let question = Question(
                    subject: .asserted("worker"),
                    resource: .call(host: host, method: method, path: path)
                )
                #expect(World.reason(try await world.ask(question)) == reason, "\(host ?? "-") \(method) \(path)")
            }
        }
    }

    @Test func aCallThatTwoApisAnswerToIsNotDecided() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(
                .api,
                "twin",
                #"{"hosts":[],"base_path":"/v1","operations":[{"name":"any","method":"GET","path":"/orders/{id}"}],\#(World.custody)}"#
            )
            try await world.put(
                .enforcementPoint,
                "both",
                #"{"apis":["orders","twin"],"subjects":["asserted"],\#(World.custody)}"#
            )
            let call = Question(
                subject: .asserted("worker"),
                resource: .call(host: "orders.example", method: "GET", path: "/v1/orders/1")
            )
            #expect(World.reason(try await world.ask(call, point: "both")) == "?path_ambiguous")
            #expect(World.reason(try await world.ask(call)) == "permitted")
        }
    }

    static let ungranted = ["billing/show", "orders", "", "/", "orders/show/x/", "Orders/show", "nobody/show"]

    @Test func aPointAsksOnlyAboutWhatItWasGranted() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(
                .api,
                "billing",
                #"{"operations":[{"name":"show","method":"GET","path":"/"}],\#(World.custody)}"#
            )
            for name in Self.ungranted {
                let question = Question(subject: .asserted("worker"), resource: .operation(name))
                let reason = World.reason(try await world.ask(question))
                #expect(reason == (name.hasPrefix("orders/") ? "operation_unknown" : "?not_granted"), "\(name)")
            }
            // Nothing is recorded for a question that is not answered, and nobody's keys are asked for.
            let asked = world.keys.count
            let question = Question(subject: .token(try world.token()), resource: .operation("billing/show"))
            #expect(World.reason(try await world.ask(question)) == "?not_granted")
            #expect(world.keys.count == asked)
            #expect(try await world.decisions().count == 1)
        }
    }

    @Test func actionsHaveToBeTheOperationsOwn() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for (operation, action, reason) in [
                ("show", "read", "permitted"), ("show", "call", "permitted"), ("show", "write", "?action_unknown"),
                ("create", "write", "permitted"), ("create", "read", "?action_unknown"),
                ("show", "Read", "?action_unknown"),
            ] {
                let answer = try await world.ask(.asserted("worker"), operation, action: action)
                #expect(World.reason(answer) == reason, "\(operation) \(action)")
            }
        }
    }

    @Test func aRetiredApiIsGone() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try World.done(await world.engine.retire(.api, "orders", by: world.local))
            #expect(try await world.reason() == "?api_expired")
            let call = Question(
                subject: .asserted("worker"),
                resource: .call(host: "orders.example", method: "GET", path: "/v1/orders/1")
            )
            #expect(World.reason(try await world.ask(call)) == "?not_granted")
        }
    }

    @Test func aForbidThatFailsStopsWhatCouldDoHarm() async throws {
        let policies = """
            @id("all") permit (principal, action, resource);
            @id("limit") forbid (principal, action, resource) when { context.request.amount > 100 };
            """
        try await World.run(policies: policies) { world async throws in
            for operation in ["show", "create", "admin"] {
                #expect(try await world.reason("worker", operation, attributes: #"{"amount":100}"#) == "permitted")
                #expect(try await world.reason("worker", operation, attributes: #"{"amount":101}"#) == "forbidden")
            }
            // Without the attribute the policy fails. Cedar skips it; what writes or reaches far is stopped.
            let read = try await world.ask(.asserted("worker"), "show")
            #expect(World.reason(read) == "permitted")
            #expect(try await world.record(read)["failures"] == ["limit"])
            for operation in ["create", "admin"] {
                let answer = try await world.ask(.asserted("worker"), operation)
                #expect(World.reason(answer) == "policy_failed")
                #expect(try answer.get().outcome == .deny)
                #expect(try await world.record(answer)["failures"] == ["limit"])
            }
            #expect(try await world.reason("worker", "create", attributes: #"{"amount":"many"}"#) == "policy_failed")
        }
    }
}
