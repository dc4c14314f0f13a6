// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct SimulationTests {
    private static let policies = """
        @id("reads") permit (principal, action == Action::"read", resource)
        unless { context.request has amount && context.request.amount >= 100 };
        @id("limited") @remedy("limit:2/day") permit (principal, action == Action::"write", resource)
        when { context.met.contains("limit:2/day") };
        """

    private func simulate(
        _ world: World,
        _ text: String,
        since: Timestamp? = nil,
        limit: Int = 1000
    ) async throws -> Simulation {
        let files = [("next.cedar", text), ("next.cedarschema", "type RequestAttributes = { amount?: Long };")]
        let review = try world.engine.review(World.policySet(files[0], files[1])).get()
        return try await world.engine.simulate(review, since: since, limit: limit, examples: 2)
    }

    @Test func theSamePoliciesChangeNothing() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            for amount in [5, 50, 500] {
                _ = try await world.ask(.asserted("worker"), attributes: #"{"amount":\#(amount)}"#)
            }
            for _ in 0..<4 { _ = try await world.ask(.asserted("worker"), "create") }
            let simulation = try await simulate(world, Self.policies)
            #expect(simulation.decisions == 7 && simulation.replayed == 7 && simulation.changed == 0)
            #expect(simulation.obstacles.isEmpty && simulation.unasked == 0)
        }
    }

    @Test func changesAreCountedByOutcomeIdentityAndAPI() async throws {
        try await World.run(policies: Self.policies) { world async throws in
            let size = world.engine.view.state.size
            for identity in ["worker", "reader"] {
                for amount in [5, 50, 500] {
                    _ = try await world.ask(.asserted(identity), attributes: #"{"amount":\#(amount)}"#)
                }
            }
            for _ in 0..<4 { _ = try await world.ask(.asserted("worker"), "create") }
            // Who proves nothing leaves no decision, so there is nothing to simulate.
            _ = try await world.ask(.none)
            _ = try await world.ask(.asserted("worker"), "nothing-there")
            let leaves = try await world.decisions().count
            let simulation = try await simulate(
                world,
                """
                @id("small") permit (principal == Identity::"worker", action == Action::"read", resource)
                when { context.request has amount && context.request.amount < 10 };
                @id("asked") @remedy("approve:a") permit (principal, action == Action::"write", resource)
                when { context.met.contains("approve:a") };
                """
            )
            #expect(simulation.decisions == 11 && simulation.replayed == 10 && simulation.unasked == 1)
            let changes = Dictionary(uniqueKeysWithValues: simulation.changes.map { ("\($0.from) \($0.to)", $0.count) })
            // A write that the bucket stopped counts as one within the limit.
            #expect(changes == ["allow deny": 3, "limit approve": 4])
            #expect(simulation.changes.allSatisfy { $0.examples.count == 2 })
            let worker = try #require(world.engine.view.state.find("worker", kind: .identity))
            #expect(simulation.byIdentity[worker] == 5 && simulation.byIdentity.count == 2)
            #expect(simulation.byAPI.values.map { $0 } == [7])
            // Nothing was written.
            #expect(world.engine.view.state.size == size)
            #expect(try await world.decisions().count == leaves)
        }
    }

    @Test func eachDecisionIsJudgedUnderItsOwnState() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for label in ["eu", "us", "eu", "us"] {
                let identity = World.identity(bound: "").replacing(#"["eu"]"#, with: "[\"\(label)\"]")
                try await world.put(.identity, "reader", identity)
                _ = try await world.ask(.asserted("reader"))
            }
            let text = #"permit (principal, action, resource) when { principal.labels.contains("eu") };"#
            let simulation = try await simulate(world, text)
            #expect(simulation.changes.map(\.count) == [2])
            #expect(simulation.changes.first?.examples.allSatisfy { $0.toReason == "not_permitted" } == true)
        }
    }

    @Test func onlyTheNewestAndOnlySince() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for _ in 0..<5 { _ = try await world.ask(.asserted("worker")) }
            world.clock.advance(seconds: 60)
            let later = world.clock.now
            for _ in 0..<3 { _ = try await world.ask(.asserted("reader")) }
            let none = "permit (principal, action, resource) when { false };"
            #expect(try await simulate(world, none, limit: 4).decisions == 4)
            let since = try await simulate(world, none, since: later)
            #expect(since.decisions == 3 && since.changed == 3 && since.byIdentity.count == 1)
            let future = try await simulate(world, none, since: later.advanced(byMilliseconds: 1_000_000))
            #expect(future.decisions == 0 && future.changes.isEmpty)
        }
    }

    /// What the schema of that time did not name is only a digest by now: no answer is made up without it.
    @Test func whatWasWithheldIsSaid() async throws {
        func set(_ text: String, _ attributes: String) -> JSONValue {
            World.policySet(("a.cedar", text), ("a.cedarschema", "type RequestAttributes = { \(attributes) };"))
        }
        let all = "permit (principal is Identity, action, resource);"
        let next = all + " forbid (principal, action, resource) when { context.request has reason };"
        try await World.run { world async throws in
            let first = set(all, "amount?: Long")
            try World.done(await world.engine.activatePolicies(first, by: world.local))
            _ = try await world.ask(.asserted("worker"), attributes: #"{"amount":5,"reason":"x"}"#)
            _ = try await world.ask(.asserted("worker"), attributes: #"{"amount":5}"#)
            // The operation names no 'other': no policies would ever see it.
            _ = try await world.ask(.asserted("worker"), attributes: #"{"amount":5}"#)
            _ = try await world.ask(.asserted("worker"), "create", attributes: #"{"other":5}"#)
            func simulate(_ set: JSONValue) async throws -> Simulation {
                let review = try world.engine.review(set).get()
                return try await world.engine.simulate(review, since: nil, limit: 100, examples: 1)
            }
            let simulation = try await simulate(set(next, "reason?: String"))
            #expect(simulation.decisions == 4 && simulation.replayed == 3)
            #expect(simulation.obstacles == [.attributeWithheld: 1] && simulation.changed == 0)
            // What sees no more than what decided is asked about all of them.
            #expect(try await simulate(first).obstacles.isEmpty)
            #expect(try await simulate(World.policySet(("a.cedar", all))).obstacles.isEmpty)
        }
    }

    @Test func whatWasErasedIsSaid() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            try await world.populate()
            try await world.activate(Self.policies)
            _ = try await world.ask(.asserted("worker"), attributes: #"{"amount":5}"#)
            _ = try await world.ask(.asserted("worker"))
            let worker = try #require(world.engine.view.state.find("worker", kind: .identity))
            _ = try world.engine.sealer.erase(worker)
            let simulation = try await simulate(world, permitAll)
            #expect(simulation.decisions == 2 && simulation.replayed == 1 && simulation.obstacles == [.erased: 1])
            let stretch = try await world.engine.replay(from: nil, leaves: 100)
            #expect(stretch.decisions == 2 && stretch.identical == 1 && stretch.obstacles == [.erased: 1])
            #expect(stretch.different.isEmpty)
            world.store.inner.close()
        }
    }
}
