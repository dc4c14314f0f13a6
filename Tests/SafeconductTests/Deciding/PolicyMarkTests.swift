// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// What `@binds`, `@alert` and `@mode` do to decisions.
@Suite struct PolicyMarkTests {
    private static let approval =
        "@id(\"a\") @remedy(\"approve:finance\") BINDS permit (principal, action, resource) "
        + "when { context.met.contains(\"approve:finance\") };"

    private func digest(
        _ world: World,
        _ attributes: String,
        _ identity: String = "worker",
        _ operation: String = "show"
    ) async throws -> JSONValue? {
        let answer = try await world.ask(.asserted(identity), operation, attributes: attributes)
        #expect(World.reason(answer) == "approval_required")
        let bindings = try await world.record(answer)["bindings"]?.arrayValue
        #expect(bindings?.count == 1 && bindings?.first?["remedy"] == "approve:finance")
        return bindings?.first?["digest"]
    }

    @Test func aBindingIsOfAllThatTheCallerSupplied() async throws {
        try await World.run(policies: Self.approval.replacing("BINDS", with: "")) { world async throws in
            let one = try await digest(world, #"{"amount":5,"reason":"x","hidden":{"b":1,"a":2}}"#)
            #expect(one != nil)
            #expect(try await digest(world, #"{"hidden":{"a":2,"b":1},"reason":"x","amount":5}"#) == one)
            for other in [
                #"{"amount":6,"reason":"x","hidden":{"b":1,"a":2}}"#, #"{"amount":5,"reason":"x"}"#,
                #"{"amount":5,"reason":"x","hidden":{"b":1,"a":3}}"#,
            ] { #expect(try await digest(world, other) != one) }
            let same = #"{"amount":5,"reason":"x","hidden":{"b":1,"a":2}}"#
            #expect(try await digest(world, same, "reader") != one)
            #expect(try await digest(world, same, "worker", "create") != one)
        }
    }

    @Test func bindsNamesWhatIsBound() async throws {
        let policies = Self.approval.replacing("BINDS", with: "@binds(\"amount, reason\")")
        try await World.run(policies: policies) { world async throws in
            let one = try await digest(world, #"{"amount":5,"reason":"x","hidden":1}"#)
            #expect(try await digest(world, #"{"amount":5,"reason":"x","hidden":2}"#) == one)
            #expect(try await digest(world, #"{"amount":6,"reason":"x"}"#) != one)
            // Another text of the policy asks for another approval.
            try await world.activate(policies.replacing("resource)", with: "resource )"))
            #expect(try await digest(world, #"{"amount":5,"reason":"x","hidden":1}"#) != one)
        }
    }

    @Test func anAlertTellsAndChangesNothing() async throws {
        let policies = """
            @id("all") permit (principal, action, resource);
            @id("big") @alert("fraud-team audit") permit (principal, action, resource)
            when { context.request has amount && context.request.amount > 100 };
            @id("never") @alert("security") forbid (principal, action == Action::"write", resource);
            """
        try await World.run(policies: policies) { world async throws in
            #expect(try await world.ask(.asserted("worker")).get().alerts.isEmpty)
            let big = try await world.ask(.asserted("worker"), attributes: #"{"amount":101}"#).get()
            #expect(big.outcome == .allow && big.alerts == ["audit", "fraud-team"])
            #expect(try await world.record(.success(big))["alerts"] == ["audit", "fraud-team"])
            let stopped = try await world.ask(.asserted("worker"), "create", attributes: #"{"amount":101}"#).get()
            #expect(stopped.outcome == .deny && stopped.alerts == ["security"])
            #expect(world.engine.alerts.newest().map(\.decision) == [stopped.id, big.id])
            #expect(world.engine.alerts.newest(on: "audit").map(\.decision) == [big.id])
            #expect(world.engine.alerts.newest(on: "nobody").isEmpty)
        }
    }

    @Test func aPermitWithinALimitAlertsWhenItLetsThrough() async throws {
        let policies =
            "@id(\"p\") @alert(\"ops\") @remedy(\"limit:1/day\") permit (principal, action, resource) "
            + "when { context.met.contains(\"limit:1/day\") };"
        try await World.run(policies: policies) { world async throws in
            #expect(try await world.ask(.asserted("worker")).get().alerts == ["ops"])
            let empty = try await world.ask(.asserted("worker")).get()
            #expect(empty.reason == "limit_exceeded" && empty.alerts.isEmpty)
        }
    }

    @Test func shadowModeIsRecordedAndNeverEnforced() async throws {
        let policies = """
            @id("all") permit (principal, action, resource);
            @id("trial") @mode("shadow") @alert("rollout") @remedy("challenge:dpop")
            forbid (principal, action, resource) when { context.request has amount && context.request.amount > 100 }
            unless { context.met.contains("challenge:dpop") };
            @id("opening") @mode("shadow") permit (principal, action, resource);
            """
        try await World.run(policies: policies) { world async throws in
            let quiet = try await world.ask(.asserted("worker"), attributes: #"{"amount":5}"#)
            // The permit in shadow mode would be one more reason for the same answer.
            #expect(try quiet.get().outcome == .allow && quiet.get().shadow == .allow)
            let loud = try await world.ask(.asserted("worker"), attributes: #"{"amount":500}"#)
            let decision = try loud.get()
            #expect(decision.outcome == .allow && decision.policies == ["all"] && decision.remedies.isEmpty)
            #expect(decision.shadow == .challenge && decision.alerts == ["rollout"])
            let shadow = try await world.record(loud)["shadow"]
            #expect(shadow?["determining"] == ["trial"] && shadow?["remedies"] == ["challenge:dpop"])
            #expect(shadow?["outcome"] == "challenge" && shadow?["reason"] == "challenge_required")
            let stored = try await world.stored(decision)
            let replay = try await world.engine.replay(stored)
            #expect(replay.candidates.map(\.mode) == ["enforce", "shadow", "shadow"])
        }
    }

    @Test func aShadowPermitOpensNothing() async throws {
        try await World.run(policies: "@id(\"s\") @mode(\"shadow\") \(permitAll)") { world async throws in
            let decision = try await world.ask(.asserted("worker")).get()
            #expect(decision.outcome == .deny && decision.reason == "not_permitted" && decision.shadow == .allow)
        }
    }

    @Test func policiesThatFailAreListedInEitherMode() async throws {
        let policies = """
            @id("all") permit (principal, action, resource);
            @id("broken") forbid (principal, action, resource) when { context.request.nothing == 1 };
            @id("trial") @mode("shadow") forbid (principal, action, resource) when { context.now < 5 };
            """
        try await World.run(policies: policies) { world async throws in
            let read = try await world.ask(.asserted("worker")).get()
            #expect(read.outcome == .allow && read.failed.map(\.policy) == ["broken", "trial"])
            let write = try await world.ask(.asserted("worker"), "create").get()
            #expect(write.outcome == .deny && write.reason == "policy_failed")
            let (errors, others) = world.engine.policyErrors.list
            #expect(others == 0 && Set(errors.map(\.failure.code)) == ["missing_attribute", "type"])
            #expect(errors.allSatisfy { $0.count == 2 && $0.lastDecision == write.id && $0.failure.isForbid })
        }
    }

    @Test func thePathSaysWhatItsParametersAre() async throws {
        let api =
            #"{"hosts":["orders.example"],"base_path":"/v1",\#(World.custody),"operations":["#
            + #"{"name":"line","method":"GET","path":"/orders/{id}/lines/{line}","attributes":["id","path"]}]}"#
        let policies = """
            permit (principal, action, resource) when {
                context.request.id == "7 a" && context.request.method == "GET" && !(context.request has line)
                    && context.request.path == "/v1/orders/7 a/lines/2"
            };
            """
        try await World.run(policies: policies) { world async throws in
            try await world.put(.api, "orders", api)
            func ask(_ path: String, _ attributes: JSONObject = JSONObject()) async throws -> String {
                let call = Question.ResourceClaim.call(host: "orders.example", method: "GET", path: path)
                return World.reason(
                    try await world.ask(Question(subject: .asserted("worker"), resource: call, attributes: attributes))
                )
            }
            // A blank in a path is no blank in a segment: it stays encoded for nobody here.
            #expect(try await ask("/v1/orders/7/lines/2") == "not_permitted")
            try await world.activate(policies.replacing("7 a", with: "7"))
            #expect(try await ask("/v1/orders/7/lines/2") == "permitted")
            // What the caller says of them does not count.
            let said = JSONObject([("id", "8"), ("method", "POST"), ("path", "/x")])
            #expect(try await ask("/v1/orders/7/lines/2", said) == "permitted")
            let lie = JSONObject([("id", "7"), ("path", "/v1/orders/7/lines/2")])
            #expect(try await ask("/v1/orders/8/lines/2", lie) == "not_permitted")
        }
    }
}
