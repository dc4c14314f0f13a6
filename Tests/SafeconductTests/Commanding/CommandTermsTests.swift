// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Commands that are sent again, and commands that depend on what they change.
@Suite struct CommandTermsTests {
    private static let identity = World.identity(bound: "")

    /// Gives a command under a key.
    private func send(
        _ world: World,
        _ key: String,
        request: String = "a",
        _ give: @Sendable () async throws -> CommandOutcome
    ) async throws -> CommandOutcome {
        let key = CommandTerms.key(key, of: world.local.description, request: Array(request.utf8))
        return try await CommandTerms.$current.withValue(CommandTerms(key: key)) { try await give() }
    }

    private func put(
        _ world: World,
        _ key: String,
        _ name: String,
        _ json: String = identity
    ) async throws -> CommandOutcome {
        try await send(world, key, request: name + json) {
            await world.engine.put(.identity, named: name, try JSONValue(parsing: json), by: world.local)
        }
    }

    private func code(_ outcome: CommandOutcome) -> String {
        switch outcome {
        case .done(let revs, _): revs.isEmpty ? "nothing" : "done"
        case .refused(let refusal): refusal.code.description
        case .failed(let error): error.code.description
        }
    }

    @Test func theSameAgainIsTheSameAnswer() async throws {
        try await World.run { world async throws in
            let first = try World.done(try await put(world, "k", "bot"))
            try await world.put(.identity, "bot", World.identity(bound: "").replacing("eu", with: "us"))
            let size = world.engine.view.state.size
            // Though the object has changed since, nothing is written and the revisions are those of the first time.
            #expect(try World.done(try await put(world, "k", "bot")) == first)
            #expect(world.engine.view.state.size == size)
            #expect(code(try await put(world, "k", "other")) == "idempotency_key_reused")
            #expect(code(try await put(world, "k2", "other")) == "done")
            // What changes nothing leaves no entry, and so no key.
            #expect(code(try await put(world, "k3", "other")) == "nothing")
            #expect(code(try await put(world, "k3", "third")) == "done")
        }
    }

    @Test func aRestartForgetsNothing() async throws {
        try await World.run { world async throws in
            let first = try World.done(try await put(world, "k", "bot"))
            let again = try await world.reopened()
            defer { again.store.inner.close() }
            #expect(again.engine.view.state.digest == world.engine.view.state.digest)
            #expect(try World.done(try await put(again, "k", "bot")) == first)
            // Another process over the same log learns of keys by folding what this one wrote.
            let second = try World.done(try await put(world, "l", "lot"))
            #expect(try World.done(try await put(again, "l", "lot")) == second)
            #expect(code(try await put(again, "l", "pot")) == "idempotency_key_reused")
        }
    }

    @Test func aDayLaterTheKeyIsNew() async throws {
        try await World.run { world async throws in
            let first = try World.done(try await put(world, "k", "bot"))
            world.clock.advance(seconds: 86_401)
            let second = try World.done(try await put(world, "k", "lot"))
            #expect(second.lowerBound > first.lowerBound)
        }
    }

    @Test func whatHeldASecretIsNotToldAgain() async throws {
        try await World.run { world async throws in
            let json = #"{"apis":["orders"],\#(World.custody)}"#
            @Sendable func create() async throws -> CommandOutcome {
                await world.engine.createPoint(named: "gate", try JSONValue(parsing: json), by: world.local).outcome
            }
            let revs = try World.done(try await send(world, "k", create))
            #expect(revs.count == 2)
            #expect(code(try await send(world, "k", create)) == "already_done")
            #expect(code(try await send(world, "k2", create)) == "conflict")
            @Sendable func rotate() async throws -> CommandOutcome {
                await world.engine.issueBearer(to: "gate", kind: .enforcementPoint, by: world.local).outcome
            }
            #expect(code(try await send(world, "r", rotate)) == "done")
            #expect(code(try await send(world, "r", rotate)) == "already_done")
        }
    }

    /// The second command of a request would be taken for the first one sent again, and be passed over.
    @Test func aKeyIsForOneCommand() async throws {
        try await World.run { world async throws in
            let size = world.engine.view.state.size
            let outcome = try await send(world, "k") {
                _ = await world.engine.put(
                    .identity,
                    named: "a",
                    try JSONValue(parsing: Self.identity),
                    by: world.local
                )
                return await world.engine.put(
                    .identity,
                    named: "b",
                    try JSONValue(parsing: Self.identity),
                    by: world.local
                )
            }
            #expect(code(outcome) == "internal")
            #expect(world.engine.view.state.size == size + 1)
        }
    }

    @Test func aKeyBelongsToItsOperator() {
        let left = CommandTerms.key("k", of: "opr_1", request: [1])
        #expect(left == CommandTerms.key("k", of: "opr_1", request: [1]))
        #expect(left.id != CommandTerms.key("k", of: "opr_2", request: [1]).id)
        #expect(left.id == CommandTerms.key("k", of: "opr_1", request: [2]).id)
        #expect(left.request != CommandTerms.key("k", of: "opr_1", request: [2]).request)
    }

    /// Many senders of few keys at once: each key is carried out at most once, whoever wins.
    @Test(arguments: [UInt64.random(in: .min ... .max)])
    func manyAtOnce(seed: UInt64) async throws {
        print("seed \(seed)")
        try await World.run { world async throws in
            let before = world.engine.view.state.size
            let codes = await withTaskGroup(of: String.self) { group in
                for number in 0..<200 {
                    let name = "bot-\((seed &+ UInt64(number)) % 10)"
                    group.addTask { (try? await code(put(world, name, name))) ?? "threw" }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(Set(codes.keys).isSubset(of: ["done", "in_progress"]), "\(codes)")
            // Ten objects, ten entries: the rest was answered from the table, or was in the way of another.
            #expect(world.engine.view.state.size == before + 10)
            for number in 0..<10 {
                #expect(code(try await put(world, "bot-\(number)", "bot-\(number)")) == "done")
            }
            #expect(world.engine.view.state.size == before + 10)
        }
    }

    @Test func conditionsHoldAtTheHead() async throws {
        try await World.run { world async throws in
            let engine = world.engine
            let id = try #require(engine.view.state.find("worker", kind: .identity))
            let rev = try #require(engine.view.state.identities[id]).rev
            @Sendable func change(_ label: String) async throws -> CommandOutcome {
                let terms = CommandTerms { state throws(CommandRefusal) in
                    guard state.identities[id]?.rev == rev else { throw CommandRefusal(.precondition, "", "changed") }
                }
                let json = World.identity(bound: "").replacing("eu", with: label)
                return try await CommandTerms.$current.withValue(terms) {
                    await engine.put(.identity, named: "worker", try JSONValue(parsing: json), by: world.local)
                }
            }
            // Both read the same revision; whoever comes second is told.
            async let one = change("one")
            async let two = change("two")
            let codes = try await [code(one), code(two)].sorted()
            #expect(codes == ["done", "precondition_failed"])
            #expect(code(try await change("three")) == "precondition_failed")
        }
    }
}
