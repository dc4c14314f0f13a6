// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Who may not give a command has nothing costly done for it, and is told nothing about it but that.
@Suite struct AskedFirstTests {
    private static let broken = World.policySet(("broken.cedar", "permit (principal"))

    private func realm(_ realm: String, _ set: JSONValue) throws -> JSONValue {
        var set = try #require(set.objectValue)
        set["realm"] = .string(realm)
        return .object(set)
    }

    @Test(arguments: ["calls", "commands"]) func policiesAreParsedForWhoMayActivateThem(_ name: String) async throws {
        try await World.run { world async throws in
            let set = try realm(name, Self.broken)
            for (who, roles) in [("auditor", [Role.auditor]), ("pipeline", [.automation]), ("nobody", [])] {
                let by = try await world.hire(who, roles)
                let refused = try #require(refusal(await world.engine.activatePolicies(set, by: by)))
                #expect(refused.code == .denied && refused.denial?.action == "policy.activate", "\(who)")
                #expect(refused.denial?.resource == "PolicySet::\"\(name)\"")
                // It is evidence as any denial is.
                let decision = try #require(refused.denial?.decision)
                let stored = try #require(try await world.engine.decision(decision))
                #expect(try await world.engine.replay(stored).identical)
            }
            let mayActivate = refusal(await world.engine.activatePolicies(set, by: world.local))
            #expect(mayActivate?.code.description == "policy_invalid")
            let office = try await world.hire("office", [.trustOffice])
            let told = refusal(await world.engine.activatePolicies(set, by: office))
            #expect(told?.code.description == (name == "calls" ? "policy_invalid" : "denied"))
        }
    }

    /// A review parses and tests as much as an activation does, so reading alone is not enough for one.
    @Test(arguments: ["calls", "commands"]) func policiesAreReviewedForWhoMayPutOrActivateThem(_ name: String)
        async throws
    {
        try await World.run { world async throws in
            let realm = try #require(PolicySet.Realm(rawValue: name))
            for (who, roles) in [("auditor", [Role.auditor]), ("pipeline", [.automation]), ("nobody", [])] {
                let by = try await world.hire(who, roles)
                let refused = try #require(await world.engine.refusalToReview(realm, by: by))
                #expect(refusal(refused)?.code == .denied && refusal(refused)?.denial?.action == "policy.put", "\(who)")
            }
            let local = await world.engine.refusalToReview(realm, by: world.local)
            #expect(local.flatMap(refusal) == nil)
            let office = try await world.hire("office", [.trustOffice])
            let told = await world.engine.refusalToReview(realm, by: office).flatMap(refusal)
            #expect(told?.code == (realm == .calls ? nil : .denied))
        }
    }

    /// What is active already is no secret to be found out by putting it again.
    @Test func nobodyIsToldWhatIsActiveAlready() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let auditor = try await world.hire("auditor", [.auditor])
            let same = World.policySet(("main.cedar", permitAll))
            #expect(refusal(await world.engine.activatePolicies(same, by: auditor))?.code == .denied)
            #expect(try World.done(await world.engine.activatePolicies(same, by: world.local)).isEmpty)
        }
    }

    /// Sent again under its key it is answered as it was, whatever its giver may do by now.
    @Test func whatWasDoneBeforeIsAnsweredAsItWas() async throws {
        try await World.run { world async throws in
            let office = try await world.hire("office", [.trustOffice])
            let set = World.policySet(("main.cedar", permitAll))
            func send() async -> CommandOutcome {
                let key = CommandTerms.key("k", of: office.description, request: [1])
                return await CommandTerms.$current.withValue(CommandTerms(key: key)) {
                    await world.engine.activatePolicies(set, by: office)
                }
            }
            let first = try World.done(await send())
            try await world.hire("office", [.auditor])
            #expect(try World.done(await send()) == first)
            #expect(refusal(await world.engine.activatePolicies(set, by: office))?.code == .denied)
        }
    }

    /// This node knows a moment later than the other that somebody may: the head decides.
    @Test func aRoleGivenAtTheOtherNodeCounts() async throws {
        try await World.run { world async throws in
            let office = try await world.hire("office", [.auditor])
            let two = try await world.neighbour()
            try await world.hire("office", [.trustOffice])
            let key = CommandTerms.key("k", of: office.description, request: [1])
            let outcome = await CommandTerms.$current.withValue(CommandTerms(key: key)) {
                await two.engine.activatePolicies(World.policySet(("main.cedar", permitAll)), by: office)
            }
            #expect(try !World.done(outcome).isEmpty)
            two.store.inner.close()
        }
    }

    @Test func nothingIsSealedForWhoMayNot() async throws {
        try await World.run { world async throws in
            let by = try await world.hire("approver", [.approver])
            let identity = try JSONValue(
                parsing: #"{"kind":"service","description":"of Ms. Lovelace",\#(World.custody)}"#
            )
            let point = try JSONValue(parsing: #"{"apis":["orders"],"description":"the edge",\#(World.custody)}"#)
            let stop = try JSONValue(parsing: #"{"scope":{"kind":"trust_domain","id":"shop"},"reason":"because"}"#)
            let hold = try await world.hold(#"{"kind":"trust_domain","id":"other"}"#)
            let engine = world.engine
            let before = world.store.faults.insertions.withLock { $0 }
            let outcomes = [
                await engine.put(.identity, named: "new", identity, by: by),
                await engine.put([ObjectPut(kind: .identity, name: "new", value: identity)], by: by),
                await engine.createPoint(named: "new", point, by: by).outcome, await engine.cut(stop, by: by),
                await engine.hold(stop, by: by), await engine.lift(hold.description, reason: "over", by: by),
                await engine.activatePolicies(World.policySet(("a.cedar", permitAll), note: "why"), by: by),
            ]
            for (number, outcome) in outcomes.enumerated() {
                #expect(refusal(outcome)?.code == .denied, "command \(number)")
            }
            #expect(world.store.faults.insertions.withLock { $0 } == before)
            // The same of somebody who may is sealed.
            try World.done(await engine.put(.identity, named: "new", identity, by: world.local))
            try World.done(
                await engine.put([ObjectPut(kind: .identity, name: "newer", value: identity)], by: world.local)
            )
            #expect(world.store.faults.insertions.withLock { $0 } > before)
        }
    }

    /// A command that takes long to work out is worked out before the head is held, and not there for who may not give it.
    @Test func theHeadWaitsForNobodyWhoMayNot() async throws {
        try await World.run { world async throws in
            let engine = world.engine
            let auditor = try await world.hire("auditor", [.auditor])
            let drafts = Mutex<[UInt64]>([])
            func give(by: ObjectID, _ name: String, at engine: Engine) async throws -> CommandOutcome {
                let value = try JSONValue(parsing: #"{"name":"\#(name)","kind":"service",\#(World.custody)}"#)
                var command = Command(by: by, collection: "identities") { state, now throws(CommandRefusal) in
                    [try Engine.body(.identity, name, value, state, now, engine.sealer)]
                }
                let entries = command.entries
                command.draft = { state, now throws(CommandRefusal) in
                    drafts.withLock { $0.append(state.size) }
                    return try entries(state, now)
                }
                return await engine.carryOut(askingFirst: command)
            }
            let size = engine.view.state.size
            let denials = engine.commandCounts.denied.value
            let denied = try #require(refusal(try await give(by: auditor, "one", at: engine)))
            #expect(denied.code == .denied && denied.denial?.action == "identity.put")
            #expect(denied.denial?.resource == "Identity::\"one\"")
            let decision = try #require(denied.denial?.decision)
            let stored = try #require(try await engine.decision(decision))
            #expect(try await engine.replay(stored).identical)
            #expect(engine.commandCounts.denied.value == denials + 1)
            #expect(drafts.withLock { $0 } == [size])
            // For who may, it counts at the head as long as nothing came between.
            try World.done(try await give(by: world.local, "one", at: engine))
            #expect(drafts.withLock { $0 } == [size, size])
            // Nor is it worked out there for one that is refused.
            let refused = refusal(try await give(by: world.local, "Not a name", at: engine))
            #expect(refused?.pointer == "/name")
            #expect(drafts.withLock { $0 } == [size, size, engine.view.state.size])
            let two = try await world.neighbour()
            let known = two.engine.view.state.size
            try await world.put(.identity, "between", World.identity(bound: ""))
            try World.done(try await give(by: world.local, "two", at: two.engine))
            #expect(drafts.withLock { $0.last } == engine.view.state.size || drafts.withLock { $0.last } == known + 1)
            two.store.inner.close()
        }
    }

    /// Text is taken away by leaving it out, also of several objects at once.
    @Test func textThatIsLeftOutIsGone() async throws {
        try await World.run { world async throws in
            let plain = World.identity(bound: "")
            let with = plain.replacing("\"labels\"", with: #""description":"of Ms. Lovelace","labels""#)
            func put(_ json: String) async throws -> Bool {
                let object = ObjectPut(kind: .identity, name: "ada", value: try JSONValue(parsing: json))
                try World.done(await world.engine.put([object], by: world.local))
                let id = try #require(world.engine.view.state.find("ada", kind: .identity))
                return world.engine.view.state.identities[id]?.object.sealed != nil
            }
            #expect(try await put(with))
            #expect(try await put(with))
            #expect(try await !put(plain))
        }
    }
}
