// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Commands through the whole engine: what is denied is recorded and can be made again, what is allowed says why.
@Suite struct CommandDenialTests {
    private let bot = World.identity(bound: "")

    private func put(_ world: World, _ name: String, by: ObjectID, _ json: String? = nil) async throws -> CommandOutcome
    {
        await world.engine.put(.identity, named: name, try JSONValue(parsing: json ?? bot), by: by)
    }

    @Test func aDenialIsEvidence() async throws {
        try await World.run { world async throws in
            let auditor = try await world.hire("auditor", [.auditor])
            let size = world.engine.view.state.size
            let refused = try #require(refusal(try await put(world, "bot", by: auditor)))
            #expect(refused.code == .denied)
            let denial = try #require(refused.denial)
            #expect(denial.action == "identity.put" && denial.resource == #"Identity::"bot""#)
            #expect(denial.reason == "not_permitted" && denial.policies.isEmpty)
            #expect(world.engine.view.state.size == size)

            let id = try #require(denial.decision)
            let stored = try #require(try await world.engine.decision(id))
            let record = try JSONValue(parsing: try #require(stored.leaf.body))
            #expect(record["kind"] == "command" && record["by"]?.stringValue == auditor.description)
            #expect(record["outcome"] == "deny" && record["change"]?["owner"] == "local")
            let replay = try await world.engine.replay(stored)
            #expect(replay.identical)
            #expect(replay.candidates.contains { $0.policy == "owner" } == false)
            #expect(try await world.decisions().first?.id == stored.id)
            var writer = JSONWriter()
            stored.render(replay, names: world.engine.view.state, to: &writer)
            let shown = try JSONValue(parsing: writer.bytes)
            #expect(shown["by_name"] == "auditor" && shown["pep_name"] == nil && shown["api_name"] == nil)
        }
    }

    @Test func aForbiddingPolicyIsNamed() async throws {
        try await World.run { world async throws in
            let office = try await world.hire("office", [.trustOffice])
            let json = try JSONValue(
                parsing: #"{"kind":"human","roles":["owner"],"purpose":"x","boundary":"y","expires_in":"9d"}"#
            )
            for name in ["office", "mallory"] {
                let denial = refusal(await world.engine.put(.operator, named: name, json, by: office))?.denial
                #expect(denial?.reason == "forbidden" && denial?.policies == ["guard-roles"])
            }
        }
    }

    @Test func anAllowedCommandNamesItsDecision() async throws {
        try await World.run { world async throws in
            let office = try await world.hire("office", [.trustOffice])
            let revs = try World.done(try await put(world, "bot", by: office))
            let body = try await world.engine.reading { engine in
                try engine.log(.control)?.leaves(revs).first?.body
            }
            let entry = try Entry(stored: try #require(body))
            #expect(entry.auth?.policies == world.engine.view.state.activeCommandPolicies)
            #expect(entry.auth?.determining == ["trust-office-registers"])
            #expect(world.engine.commandCounts.allowed.value > 0)
        }
    }

    /// Whoever may not read is told the same whatever there is.
    @Test func refusalsTellNothingToThoseWhoMayNotRead() async throws {
        try await World.run { world async throws in
            let nobody = try await world.hire("nobody", [])
            var said: Set<String> = []
            for name in ["worker", "absent"] {
                let outcome = await world.engine.retire(.identity, name, by: nobody)
                let denial = try #require(refusal(outcome)?.denial)
                said.insert(denial.reason)
            }
            #expect(said == ["not_permitted"])
            let wrong = try await put(world, "bot", by: nobody, #"{"nonsense":true}"#)
            #expect(refusal(wrong)?.denial?.action == "read")
            // Whoever may read is told what is wrong.
            let auditor = try await world.hire("auditor", [.auditor])
            #expect(refusal(await world.engine.retire(.identity, "absent", by: auditor))?.code == .notFound)
        }
    }

    @Test func commandsThatChangeNothingAreDecidedToo() async throws {
        try await World.run { world async throws in
            let auditor = try await world.hire("auditor", [.auditor])
            let reader = World.identity(bound: "")
            #expect(refusal(try await put(world, "reader", by: auditor, reader))?.code == .denied)
        }
    }

    /// A role taken in the same batch of commands counts for the next command already.
    @Test func theStateBeforeEachCommandDecides() async throws {
        try await World.run { world async throws in
            let office = try await world.hire("office", [.trustOffice])
            let policies = try #require(world.engine.view.commands)
            var authorizer = Authorizer(policies)
            var state = world.engine.view.state
            let now = world.clock.now
            let worker = try #require(state.find("worker", kind: .identity))
            let command = Command(by: office, collection: "identities") { _, _ in [.retire(worker)] }
            guard case .allowed = try authorizer.answer(command, .success([.retire(worker)]), state, at: now) else {
                Issue.record("the trust office may retire")
                return
            }
            var demoted = try #require(state.operators[office]?.object)
            demoted.roles = [.auditor]
            try state.apply(Entry(time: now, by: world.engine.node.id, body: .putOperator(demoted)))
            guard case .denied = try authorizer.answer(command, .success([.retire(worker)]), state, at: now) else {
                Issue.record("an auditor may not retire")
                return
            }
        }
    }

    // MARK: The policies of commands

    private func activate(_ world: World, _ text: String, by: ObjectID? = nil) async throws -> CommandRefusal? {
        var set = try #require(World.policySet(("own.cedar", text)).objectValue)
        set["realm"] = "commands"
        return refusal(await world.engine.activatePolicies(.object(set), by: by ?? world.local))
    }

    @Test func ownersReplaceThemButNeverLockEverybodyOut() async throws {
        try await World.run { world async throws in
            let shipped = try #require(world.engine.view.state.activeCommandPolicies)
            #expect(
                try await activate(world, "permit (principal, action == Action::\"read\", resource);")?.code
                    == .lastOwner
            )
            let onlyAlice = #"permit (principal == Operator::"alice", action, resource);"#
            #expect(try await activate(world, onlyAlice)?.code == .lastOwner)
            #expect(world.engine.view.state.activeCommandPolicies == shipped)
            #expect(try await activate(world, "permit (principal")?.code.description == "policy_invalid")
            #expect(
                try await activate(world, #"@remedy("approve:owners") permit (principal, action, resource);"#)?
                    .code.description == "policy_invalid"
            )
            // With Alice there, it is she who could, once she has a key; and then she can't go any more, though another
            // owner stays.
            try await world.hire("alice", [.owner])
            #expect(try await activate(world, onlyAlice)?.code == .lastOwner)
            try await world.enrol("alice")
            #expect(try await activate(world, onlyAlice) == nil)
            #expect(world.engine.view.state.activeCommandPolicies != shipped)
            let alice = try #require(world.engine.view.state.find("alice", kind: .operator))
            #expect(refusal(await world.engine.retire(.operator, "alice", by: alice))?.code == .lastOwner)
            #expect(refusal(await world.engine.retire(.identity, "worker", by: world.local))?.code == .denied)
            // Calls are decided by their own policies, which nobody touched.
            #expect(world.engine.view.state.activePolicies == nil)
        }
    }

    @Test func recoveryOpensWhatPoliciesLocked() async throws {
        try await World.run { world async throws in
            try await world.hire("alice", [.owner])
            try await world.enrol("alice")
            let onlyAlice = #"permit (principal == Operator::"alice", action, resource);"#
            #expect(try await activate(world, onlyAlice) == nil)
            #expect(refusal(await world.engine.retire(.identity, "reader", by: world.local))?.code == .denied)
            _ = try await world.engine.provideOwner(named: "bob", boundary: "prod", resettingPolicies: true)
            try World.done(await world.engine.retire(.identity, "reader", by: world.local))
        }
    }

    @Test func anOldLogGetsThemAtItsFirstStart() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            let first = try #require(world.engine.view.state.activeCommandPolicies)
            world.store.inner.close()
            // A restart finds them and writes nothing.
            let again = try await World.open(place)
            #expect(again.engine.view.state.activeCommandPolicies == first)
            let set = try #require(again.engine.view.state.policySets[first]).object
            #expect(set.realm == .commands && set.files == ShippedPolicies.files)
            again.store.inner.close()
        }
    }

    /// A `forbid` that can't be evaluated stops a command.
    @Test func aFailingForbidDenies() async throws {
        try await World.run { world async throws in
            let policies = """
                permit (principal in Role::"owner", action, resource);
                @id("odd") forbid (principal, action == Action::"identity.put", resource)
                when { context.now.offset(duration("9223372036854775807ms")) > context.now };
                """
            #expect(try await activate(world, policies) == nil)
            let denial = refusal(try await put(world, "bot", by: world.local))?.denial
            #expect(denial?.reason == "policy_failed" && denial?.policies == ["odd"])
        }
    }
}
