// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct PolicyActivationTests {
    static let refused: [(String, String)] = [
        ("permit (principal, action, resource)\n  when { 1 + };", "b.cedar:2:"),
        ("@remedy(\"challenge:retina\")\npermit (principal, action, resource);", "unknown remedy 'challenge:retina'"),
        ("@remedy(\"limit:0/minute\")\npermit (principal, action, resource);", "unknown remedy 'limit:0/minute'"),
        ("@remedy(\"limit:5/fortnight\")\npermit (principal, action, resource);", "unknown remedy"),
        ("@remedy(\"approve:Security Team\")\npermit (principal, action, resource);", "unknown remedy"),
        ("@id(\"first\")\npermit (principal, action, resource);", "b.cedar:1:1: another policy has the @id 'first'"),
        ("permit (principal == ?principal, action, resource);", "b.cedar:1:1: a template"),
    ]

    @Test(arguments: refused) func whatDoesNotCompileIsNotActivated(_ text: String, _ message: String) async throws {
        try await World.run(policies: permitAll) { world async throws in
            let (size, active) = (world.engine.view.state.size, world.engine.view.state.activePolicies)
            let set = World.policySet(
                ("a.cedar", "@id(\"first\") permit (principal, action, resource);"),
                ("b.cedar", text)
            )
            guard case .refused(let refusal) = await world.engine.activatePolicies(set, by: world.local) else {
                Issue.record("it was activated")
                return
            }
            #expect(refusal.code.description == "policy_invalid")
            #expect(refusal.message.contains(message), "\(refusal.message)")
            #expect(refusal.message.hasPrefix("b.cedar:"))
            #expect(world.engine.view.state.size == size)
            #expect(world.engine.view.state.activePolicies == active)
            #expect(try await world.reason() == "permitted")
        }
    }

    @Test func theSameSetAgainWritesNothingAndKeepsNoKey() async throws {
        try await World.run { world async throws in
            let set = World.policySet(("main.cedar", permitAll), note: "the first set")
            #expect(try World.done(await world.engine.activatePolicies(set, by: world.local)).count == 1)
            let keys = world.store.faults.insertions.withLock { $0 }
            let again = World.policySet(("main.cedar", permitAll), note: "another note")
            #expect(try World.done(await world.engine.activatePolicies(again, by: world.local)).isEmpty)
            #expect(world.store.faults.insertions.withLock { $0 } == keys)
        }
    }

    @Test func anotherSetDecidesFromItsActivationOn() async throws {
        try await World.run(policies: permitAll) { world async throws in
            #expect(try await world.reason() == "permitted")
            try await world.activate(#"permit (principal, action, resource) when { principal.kind == "agent" };"#)
            #expect(try await world.reason() == "not_permitted")
            try await world.activate(permitAll)
            #expect(try await world.reason() == "permitted")
            #expect(world.engine.view.state.policySets.count == 4)
        }
    }

    @Test func decisionsAreDeniedBeforeTheFirstActivation() async throws {
        try await World.run { world async throws in #expect(try await world.reason() == "no_policies") }
    }
}
