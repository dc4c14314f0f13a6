// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Policy sets as versions in the log: drafts, shadow, activation, roll-back.
@Suite struct PolicyVersionTests {
    private static let reads =
        #"@id("reads") permit (principal, action == Action::"read", resource) when { context.caller.assurance > 0 };"#
    private static let guarded =
        reads + #" @id("guard") forbid (principal, action, resource) when { principal.kind == "agent" };"#

    private func put(_ world: World, _ files: (String, String)...) async throws -> ObjectID {
        let set: JSONValue = ["files": .array(files.map { ["name": .string($0.0), "text": .string($0.1)] })]
        let revs = try World.done(await world.engine.putPolicies(set, by: world.local))
        return try #require(world.engine.view.state.policySets.newest { revs.contains($0.created) }).object.id
    }

    private func stage(_ world: World, _ id: ObjectID) throws -> PolicyStage {
        let state = world.engine.view.state
        return state.stage(of: try #require(state.policySets[id]))
    }

    private func refusal(_ outcome: CommandOutcome) throws -> CommandRefusal {
        guard case .refused(let refusal) = outcome else {
            Issue.record("not refused: \(outcome)")
            throw EngineError(.internal, "done")
        }
        return refusal
    }

    @Test func aDraftDecidesWhenItIsActivatedAndStopsWhenItIsTakenBack() async throws {
        try await World.run(policies: Self.reads) { world async throws in
            let engine = world.engine
            let first = try #require(engine.view.state.activePolicies)
            let draft = try await put(world, ("a.cedar", "@id(\"none\") forbid (principal, action, resource);"))
            #expect(try stage(world, draft) == .validated)
            #expect(try await world.reason() == "permitted")
            try World.done(await engine.enforcePolicies(draft.description, ["reason": "lock-down"], by: world.local))
            #expect(try await world.reason() == "forbidden")
            try World.done(await engine.rollBackPolicies(["reason": "too much"], by: world.local))
            #expect(try await world.reason() == "permitted")
            #expect(engine.view.state.activePolicies == first)
            #expect(try stage(world, draft) == .rolledBack && stage(world, first) == .active)
            let state = engine.view.state
            let steps = await engine.lastSteps(of: [draft, first].compactMap { state.policySets[$0] })
            for id in [draft, first] {
                #expect(steps[id]?.kind == "policy.rollback" && steps[id]?.by == world.local)
                #expect(steps[id]?.reason == "too much")
            }
            #expect(try refusal(await engine.rollBackPolicies([:], by: world.local)).code == .conflict)
            // What was taken back may come again.
            let again = await engine.rollBackPolicies(["to": .string(draft.description)], by: world.local)
            try World.done(again)
            #expect(try await world.reason() == "forbidden")
        }
    }

    @Test func anActivationWhoseTestsFailIsRefusedWithThem() async throws {
        let test = """
            cases:
              - name: agents read
                principal: { kind: agent }
                resource: orders/show
                expect: allow
              - name: services read
                resource: orders/show
                expect: allow
            """
        try await World.run(policies: Self.reads) { world async throws in
            let engine = world.engine
            let size = engine.view.state.size
            let set = World.policySet(("a.cedar", Self.guarded), ("a.policytest.yaml", test))
            let refusal = try refusal(await engine.activatePolicies(set, by: world.local))
            #expect(refusal.code.description == "policy_tests_failed" && refusal.pointer == "/files")
            #expect(refusal.faults.map(\.pointer) == ["/files/1/text"])
            #expect(
                refusal.faults.first?.message.hasPrefix("a.policytest.yaml:2:5: agents read: expected allow") == true
            )
            #expect(engine.view.state.size == size)
            // A draft may have failing tests; it is no validated one, and can be neither activated nor tried.
            let draft = try await put(world, ("a.cedar", Self.guarded), ("a.policytest.yaml", test))
            #expect(try stage(world, draft) == .draft)
            for outcome in [
                await engine.enforcePolicies(draft.description, nil, by: world.local),
                await engine.shadowPolicies(draft.description, nil, by: world.local),
            ] { #expect(try self.refusal(outcome).code.description == "policy_tests_failed") }
            let review = try engine.review(set).get()
            #expect(review.tests.failed.map(\.name) == ["agents read"] && review.tests.cases.count == 2)
            let mended = World.policySet(
                ("a.cedar", Self.guarded),
                ("a.policytest.yaml", test.replacing("expect: allow\n  -", with: "expect: deny\n  -"))
            )
            try World.done(await engine.activatePolicies(mended, by: world.local))
            #expect(try await world.reason() == "permitted")
        }
    }

    @Test func allFaultsOfASetAreToldAtOnce() async throws {
        try await World.run { world async throws in
            let set = World.policySet(("a.cedar", "permit (;"), ("b.cedar", Self.reads), ("c.cedar", "forbid"))
            let refusal = try refusal(await world.engine.activatePolicies(set, by: world.local))
            #expect(refusal.code.description == "policy_invalid")
            #expect(refusal.faults.map(\.pointer) == ["/files/0/text", "/files/2/text"])
            #expect(refusal.faults.allSatisfy { $0.code == "syntax" })
            // A draft has to compile, too.
            #expect(try self.refusal(await world.engine.putPolicies(set, by: world.local)).code == refusal.code)
        }
    }

    @Test func aRollBackThatWeakensIsConfirmedByName() async throws {
        let shadowed = Self.guarded.replacing(#"@id("guard")"#, with: #"@id("guard") @mode("shadow")"#)
        try await World.run(policies: shadowed) { world async throws in
            try await world.activate(Self.guarded)
            let refusal = try refusal(await world.engine.rollBackPolicies([:], by: world.local))
            #expect(refusal.code.description == "confirmation_required" && refusal.message.contains("guard"))
            try World.done(await world.engine.rollBackPolicies(["confirm": ["guard"]], by: world.local))
        }
    }

    @Test func aStepIsOfASetOfTheRealmThatWasStated() async throws {
        try await World.run(policies: Self.reads) { world async throws in
            let engine = world.engine
            let commands = try #require(engine.view.state.activeCommandPolicies).description
            let calls = try await put(world, ("a.cedar", Self.guarded)).description
            for (id, realm) in [(commands, "calls"), (calls, "commands")] {
                let enforced = await engine.enforcePolicies(id, ["realm": .string(realm)], by: world.local)
                #expect(try refusal(enforced).pointer == "/realm")
                let back = await engine.rollBackPolicies(["realm": .string(realm), "to": .string(id)], by: world.local)
                #expect(try refusal(back).pointer == "/realm")
            }
            // Who says nothing of a roll-back speaks of calls.
            let unsaid = await engine.rollBackPolicies(["to": .string(commands)], by: world.local)
            #expect(try refusal(unsaid).pointer == "/realm")
            let odd = await engine.enforcePolicies(calls, ["realm": "both"], by: world.local)
            #expect(try refusal(odd).pointer == "/realm")
            try World.done(await engine.enforcePolicies(calls, ["realm": "calls"], by: world.local))
        }
    }

    @Test func whatASetInShadowWouldAnswerIsRecordedAndEnforcesNothing() async throws {
        try await World.run(policies: Self.reads) { world async throws in
            let engine = world.engine
            #expect(try await world.ask(.asserted("worker")).get().shadowSet == nil)
            let next = try await put(
                world,
                ("a.cedar", #"@id("later") forbid (principal == Identity::"worker", action, resource); "# + Self.reads)
            )
            try World.done(await engine.shadowPolicies(next.description, ["reason": "a week"], by: world.local))
            #expect(try stage(world, next) == .shadow)
            let worker = try await world.ask(.asserted("worker")).get()
            #expect(worker.outcome == .allow && worker.shadowSet?.outcome == .deny && worker.shadowSet?.differs == true)
            let reader = try await world.ask(.asserted("reader")).get()
            #expect(reader.outcome == .allow && reader.shadowSet?.differs == false)
            let storedID = try #require(worker.id)
            let stored = try #require(try await engine.decision(storedID))
            #expect(stored.record.facts.shadowSet?.policySet == next)
            #expect(stored.record.facts.shadowSet?.answer.determining == ["later"])
            #expect(try await engine.replay(stored).identical)
            let sameID = try #require(reader.id)
            let same = try #require(try await engine.decision(sameID))
            #expect(same.record.facts.shadowSet == nil)
            // Activated, it decides, and nothing is in shadow any more.
            try World.done(await engine.enforcePolicies(next.description, nil, by: world.local))
            #expect(try await world.reason("worker") == "forbidden")
            #expect(try await world.ask(.asserted("reader")).get().shadowSet == nil)
            #expect(try await engine.replay(stored).identical)
        }
    }

    @Test func answersSayByWhichPoliciesTheyWereDecided() async throws {
        try await World.run(policies: Self.reads) { world async throws in
            let engine = world.engine
            let decision = try await world.ask(.asserted("worker")).get()
            let version = try #require(decision.policyVersion)
            #expect(PolicyVersion(version.description) == version && version.rev == decision.rev)
            let point = try #require(engine.view.state.find("edge", kind: .enforcementPoint))
            engine.heard(of: point, PointReport(answeredUnder: version.description))
            #expect(engine.driftingPoints == 0)
            try await world.activate(Self.guarded)
            world.clock.advance(seconds: 3)
            #expect(engine.driftingPoints == 1 && engine.longestDrift == 3000)
            let next = try #require(try await world.ask(.asserted("worker")).get().policyVersion)
            #expect(next.digest != version.digest)
            engine.heard(of: point, PointReport(answeredUnder: next.description))
            #expect(engine.driftingPoints == 0)
            // Taken back, what it was answered under is old again.
            try World.done(await engine.rollBackPolicies([:], by: world.local))
            #expect(engine.driftingPoints == 1)
        }
    }

    @Test(arguments: [
        "", ";rev=1", "ab;rev=1", "\(String(repeating: "a", count: 64));rev=",
        "\(String(repeating: "a", count: 64));rev=-1", "\(String(repeating: "a", count: 64))",
        "\(String(repeating: "z", count: 64));rev=1", "\(String(repeating: "a", count: 64));rev=1;rev=2",
    ])
    func whatIsNoVersionSaysNothing(_ header: String) { #expect(PointReport(answeredUnder: header) == nil) }
}
