// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

@Suite struct TokenRevocationTests {
    @Test func aClientEndsItsOwnToken() async throws {
        try await World.run { world async throws in
            let point = try await world.pointToken()
            let key = try await world.key(of: "worker")
            let (token, text) = try await world.issuedToken()
            func revoke(_ text: String, by key: SigningKey, as name: String = "worker") async throws -> TokenRefusal? {
                await world.engine.revoke(
                    try World.request(assertion: try world.assertion(key, as: name), [("token", text)])
                )
            }
            #expect(try await IntrospectionTests.introspect(world, text, as: point)["active"] == true)
            // Another client has no right to it, and nothing is written.
            let other = try await world.key(of: "reader")
            let size = world.engine.view.state.size
            #expect(try await revoke(text, by: other, as: "reader")?.error == .unauthorizedClient)
            #expect(try await revoke("abc", by: key) == nil && world.engine.view.state.size == size)
            #expect(try await revoke(text, by: key) == nil)
            #expect(try await IntrospectionTests.introspect(world, text, as: point) == ["active": false])
            let state = world.engine.view.state
            let cut = try #require(state.cuts.sorted.last)
            #expect(cut.object.scope == Scope(.credential, token.id.description))
            let entry = try #require(try await world.engine.entries(cut.rev..<cut.rev + 1, limit: 1).first)
            #expect(entry.entry.by == token.client && entry.entry.auth == nil)
            // Once more changes nothing; the same after a start.
            #expect(try await revoke(text, by: key) == nil && world.engine.view.state.size == state.size)
            #expect(try await world.reopened().engine.view.state.cuts.count == state.cuts.count)
        }
    }

    @Test func aPointEndsWhatItWasShown() async throws {
        try await World.run { world async throws in
            let point = try await world.pointToken()
            try await world.put(.api, "stock", #"{"hosts":["stock.example"],\#(World.custody),"operations":[]}"#)
            let own = try await world.issuedToken()
            let foreign = try await world.issuedToken(api: "stock")
            func revoke(_ text: String) async throws -> TokenRefusal? {
                await world.engine.revoke(try World.request([("token", text)], authorization: "Bearer \(point)"))
            }
            #expect(try await revoke(foreign.text)?.error == .unauthorizedClient)
            #expect(try await revoke(own.text) == nil)
            #expect(try await IntrospectionTests.introspect(world, own.text, as: point) == ["active": false])
        }
    }

    /// Whoever makes tokens to end them is slowed down; the others are not.
    @Test func endingHasAPace() throws {
        let pace = RevocationPace()
        var generator = SystemRandomNumberGenerator()
        let now = Timestamp(milliseconds: 60_000)
        let ids = (0..<2).map { _ in ObjectID(kind: .identity, at: now, using: &generator) }
        for _ in 0..<RevocationPace.limit { #expect(pace.admits(ids[0], at: now)) }
        #expect(!pace.admits(ids[0], at: now) && pace.admits(ids[1], at: now))
        #expect(pace.admits(ids[0], at: now.advanced(byMilliseconds: 60_000)))
    }

    /// The right is to that one cut: a command that means anything else is none.
    @Test func theRightIsToNothingElse() async throws {
        try await World.run { world async throws in
            let state = world.engine.view.state
            let worker = try #require(state.find("worker", kind: .identity))
            let token = try await world.issuedToken().token.id
            let registered = try #require(state.credentials.sorted.first?.object.id)
            for (own, scope) in [
                (token, Scope(identity: worker)), (token, Scope(.all)),
                (registered, Scope(.credential, registered.description)),
            ] {
                var command = Command(by: worker, collection: "cuts") { _, now throws(CommandRefusal) in
                    var generator = SystemRandomNumberGenerator()
                    return [.cut(Cut(id: ObjectID(kind: .cut, at: now, using: &generator), scope: scope))]
                }
                command.ownToken = own
                let size = world.engine.view.state.size
                guard case .failed = await world.engine.carryOut(command) else {
                    Issue.record("\(scope) was cut")
                    continue
                }
                #expect(world.engine.view.state.size == size)
            }
        }
    }

    /// The id of a token that can still live is cut by operators, too; one that none can have is a mistake.
    @Test func operatorsEndTokensByTheirIds() async throws {
        try await World.run { world async throws in
            let (token, _) = try await world.issuedToken()
            var generator = SystemRandomNumberGenerator()
            let old = ObjectID(
                kind: .credential,
                at: world.clock.now.advanced(byMilliseconds: -2 * 86_400_000),
                using: &generator
            )
            func cut(_ id: ObjectID) async throws -> CommandOutcome {
                await world.engine.cut(
                    ["scope": ["kind": "credential", "id": .string(id.description)]],
                    by: world.local
                )
            }
            guard case .refused(let refusal) = try await cut(old) else { throw TokenRefusal(.serverError, "cut") }
            #expect(refusal.code == .notFound)
            #expect(try World.done(await cut(token.id)).count == 1)
        }
    }
}
