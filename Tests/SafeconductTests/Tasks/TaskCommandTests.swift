// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Tasks as commands: who may give them, and what comes of it.
@Suite struct TaskCommandTests {
    /// A declaration; whose it is where that is said.
    static func declaration(_ more: String = "", of identity: String? = nil) throws -> JSONValue {
        let whose = identity.map { #""identity":"\#($0)","# } ?? ""
        return try JSONValue(
            parsing: #"{\#(whose)"purpose":"report","apis":[{"api":"orders","operations":["show"]}],"#
                + #""expires_in":"30m"\#(more)}"#
        )
    }

    private static func refusal(_ outcome: CommandOutcome) -> CommandRefusal? {
        if case .refused(let refusal) = outcome { refusal } else { nil }
    }

    private static func declare(
        _ world: World,
        _ value: JSONValue,
        by giver: ObjectID
    ) async throws -> Record<DeclaredTask> {
        let revs = try World.done(await world.engine.declareTask(value, by: giver))
        return try #require(world.engine.view.state.tasks.newest { revs.contains($0.created) })
    }

    private static func identity(_ name: String, _ world: World) throws -> ObjectID {
        try #require(world.engine.view.state.find(name, kind: .identity))
    }

    @Test func anIdentityHasItsOwnTasksAndNoOthers() async throws {
        try await World.run { world async throws in
            let engine = world.engine
            let (worker, reader) = (try Self.identity("worker", world), try Self.identity("reader", world))
            let own = try await Self.declare(
                world,
                try Self.declaration(#","budget":{"calls":2},"description":"all of May","reference":"ci/7""#),
                by: worker
            )
            #expect(own.object.identity == worker && own.object.notBefore == world.clock.now)
            #expect(own.object.sealed != nil)
            let others = try await Self.declare(world, try Self.declaration(of: "reader"), by: world.local)
            // Not in another's name, not another's task, and not one that nobody has: one answer.
            let denied = [
                await engine.declareTask(try Self.declaration(of: "reader"), by: worker),
                await engine.endTask(others.object.id.description, isCompleted: true, by: worker),
                await engine.endTask(others.object.id.description, isCompleted: false, by: worker),
                await engine.spend(TaskAmounts([.calls: 1]), of: others.object.id.description, by: worker),
                await engine.endTask("tsk_01M7YXN63C7M08H2XHPFZTAZMK", isCompleted: true, by: worker),
                // Nor anything but tasks.
                await engine.retire(.identity, "worker", by: worker),
                await engine.cut(try JSONValue(parsing: #"{"scope":{"kind":"identity","id":"worker"}}"#), by: worker),
            ]
            for outcome in denied {
                let refusal = try #require(Self.refusal(outcome))
                #expect(refusal.code == .denied && refusal.denial?.decision != nil, "\(refusal)")
            }
            // What is wrong with its own it is told.
            let wrong = await engine.declareTask(
                try JSONValue(
                    parsing: #"{"purpose":"x","apis":[{"api":"orders","operations":["sing"]}],"expires_in":"1h"}"#
                ),
                by: worker
            )
            #expect(Self.refusal(wrong)?.pointer == "/apis/0/operations/0")
            let id = own.object.id.description
            try World.done(await engine.spend(TaskAmounts([.calls: 2]), of: id, by: worker))
            let more = await engine.spend(TaskAmounts([.calls: 1]), of: id, by: worker)
            #expect(Self.refusal(more)?.code == .budgetExhausted)
            try World.done(await engine.endTask(id, isCompleted: true, by: worker))
            let again = await engine.endTask(id, isCompleted: true, by: worker)
            #expect(Self.refusal(again)?.code == .conflict)
            let record = try #require(engine.view.state.tasks[own.object.id])
            #expect(record.retired && record.object.ending?.by == worker)
            #expect(
                try World.done(await engine.endTask(others.object.id.description, isCompleted: false, by: reader)).count
                    == 1
            )
            // Enforcement points are told which task ended, and nothing else of it.
            let told = try await engine.entries(record.rev..<record.rev + 1, limit: 1)
            var writer = JSONWriter()
            #expect(try #require(told.first).renderForPoints(engine.view.state, to: &writer))
            let event = try JSONValue(parsing: writer.bytes)
            #expect(event["scope"] == ["kind": "task", "id": .string(id)] && event["body"] == nil)
            // A restart finds the same, from the log and from what was sealed.
            let reopened = try await world.reopened()
            #expect(reopened.engine.view.state.digest == engine.view.state.digest)
            #expect(reopened.engine.view.state.tasks[own.object.id]?.object == record.object)
        }
    }

    @Test func whatBecomesOfATaskIsNotDeclared() async throws {
        try await World.run { world async throws in
            let worker = try Self.identity("worker", world)
            for (more, pointer) in [
                (#","spent":{"calls":1}"#, "/spent"), (#","ended":{}"#, "/ended"), (#","colour":1"#, "/colour"),
                (#","not_before":"tomorrow""#, "/not_before"),
                (#","parent":"tsk_01M7YXN63C7M08H2XHPFZTAZMK""#, "/parent"),
            ] {
                let refusal = Self.refusal(await world.engine.declareTask(try Self.declaration(more), by: worker))
                #expect(refusal?.pointer == pointer)
            }
            #expect(Self.refusal(await world.engine.declareTask([], by: worker))?.code.description == "wrong_type")
            #expect(world.engine.view.state.tasks.count == 0)
        }
    }

    @Test func anAssertionByARegisteredKeyIsAnIdentitys() async throws {
        try await World.run { world async throws in
            let key = SigningKey.generate(.es256)
            let value: JSONValue = ["holder": "worker", "jwk": .object(key.verificationKey.jwk)]
            try World.done(await world.engine.registerCredential(value, by: world.local))
            let id = try Self.identity("worker", world).description
            for name in ["worker", id] {
                let asserted = try world.engine.caller(assertion: try world.assertion(name, key)).get()
                guard case .identity(let record, let credential) = asserted.caller else {
                    Issue.record("the assertion is not the identity's")
                    return
                }
                #expect(record.object.name == "worker" && credential.object.type == .key)
                #expect(await world.engine.spend(asserted.use))
            }
            func refusal(_ token: String) -> CallerRefusal? {
                if case .failure(let refusal) = world.engine.caller(assertion: token) { refusal } else { nil }
            }
            #expect(refusal(try world.assertion("reader", key)) == .assertion)
            #expect(refusal(try world.assertion("worker", key, audience: "https://x.example")) == .assertionAudience)
            let hold = try await world.hold(#"{"kind":"identity","id":"worker"}"#)
            #expect(refusal(try world.assertion("worker", key)) == .suspended)
            try await world.lift(hold)
            // Lifting leaves a cut.
            #expect(refusal(try world.assertion("worker", key)) == .revoked)
        }
    }

    @Test func aTokenOfItsIssuerIsAnIdentitys() async throws {
        try await World.run { world async throws in
            let engine = world.engine
            let token = try world.token()
            #expect(engine.namesIssuer(token))
            #expect(
                !engine.namesIssuer(try world.token(issuer: "https://other.example")) && !engine.namesIssuer("a.b.c")
            )
            let proven = try await engine.identity(token: token).get()
            #expect(proven.name == "worker")
            // The key of another, and a subject that nobody has.
            for bad in [try world.token(key: .generate(.es256, keyID: "k1")), try world.token("stranger")] {
                guard case .failure = await engine.identity(token: bad) else {
                    Issue.record("a token that proves nothing was taken")
                    return
                }
            }
            // A cut that comes before the command's turn stops it, though the token was good when it came.
            func declare() async throws -> CommandOutcome {
                let value = try Self.declaration()
                return await CommandTerms.$current.withValue(CommandTerms(facts: proven.facts)) {
                    await engine.declareTask(value, by: proven.id)
                }
            }
            try World.done(try await declare())
            try await world.cut(#"{"kind":"identity","id":"worker"}"#)
            #expect(Self.refusal(try await declare())?.code == .operatorGone)
            guard case .failure(let refusal) = await engine.identity(token: token) else {
                Issue.record("a cut token was taken")
                return
            }
            #expect(refusal.code == "credential_revoked")
        }
    }

    @Test func whoIsHeldCommandsNothing() async throws {
        try await World.run { world async throws in
            let worker = try Self.identity("worker", world)
            let task = try await Self.declare(world, try Self.declaration(), by: worker)
            for scope in [#"{"kind":"identity","id":"worker"}"#, #"{"kind":"all"}"#] {
                let hold = try await world.hold(scope)
                let id = task.object.id.description
                let outcome = await world.engine.endTask(id, isCompleted: true, by: worker)
                #expect(Self.refusal(outcome)?.code == .operatorGone)
                try await world.lift(hold)
            }
        }
    }

    /// What policies are told of a call's task.
    @Test func aCallIsWithinItsTaskOrNot() async throws {
        try await World.run { world async throws in
            let worker = try Self.identity("worker", world)
            let whole = try await Self.declare(world, try Self.declaration(), by: worker)
            let narrow = try await Self.declare(world, try Self.declaration(#","data_classes":["secret"]"#), by: worker)
            let state = world.engine.view.state
            let api = try #require(state.find("orders", kind: .api).flatMap { state.apis[$0] })
            func within(_ task: Record<DeclaredTask>, _ name: String, after seconds: Int64 = 0) throws -> Bool {
                let operation = try #require(api.object.operations.first { $0.name == name })
                let resource = Resource(api: api, operation: operation)
                let now = world.clock.now.advanced(byMilliseconds: seconds * 1000)
                let call = CallTask(task.object.id, calling: resource, in: world.engine.view.state, at: now)
                #expect(call.id == task.object.id.description && call.purpose == "report")
                return call.within
            }
            #expect(try within(whole, "show") && !within(whole, "create"))
            #expect(try !within(narrow, "show"))
            #expect(try within(whole, "show", after: 1799) && !within(whole, "show", after: 1800))
            try World.done(await world.engine.endTask(whole.object.id.description, isCompleted: false, by: worker))
            #expect(try !within(whole, "show"))
        }
    }
}
