// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct OneTimeTokenTests {
    private static let issuer =
        #"{"url":"\#(World.issuer)","audiences":["safeconduct"],"algorithms":["ES256"],"#
        + #""maximum_token_seconds":600,"one_time":true,\#(World.custody)}"#

    private func run(_ body: (World) async throws -> Void) async throws {
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(.issuer, "ci", Self.issuer)
            world.clock.advance(seconds: 1)
            try await body(world)
        }
    }

    @Test func aTokenCountsOnce() async throws {
        try await run { world async throws in
            let token = try world.token(id: "a")
            #expect(try await world.reason(token: token) == "permitted")
            #expect(try await world.reason(token: token) == "token_replayed")
            // The same `jti` in another token is the same one.
            #expect(try await world.reason(token: try world.token(lifetime: 200, id: "a")) == "token_replayed")
            #expect(try await world.reason(token: try world.token(id: "b")) == "permitted")
            #expect(try await world.reason(token: try world.token()) == "claim_missing_jti")
        }
    }

    @Test func ofManyAtOnceOneGetsThrough() async throws {
        try await run { world async throws in
            let token = try world.token(id: "a")
            let permitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<24 { group.addTask { try await world.reason(token: token) == "permitted" } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(permitted == 1)
        }
    }

    @Test func aRestartForgetsNothingAndRefusesNothingNew() async throws {
        try await run { world async throws in
            let (spent, unspent) = (try world.token(id: "a"), try world.token(id: "b"))
            #expect(try await world.reason(token: spent) == "permitted")
            world.clock.advance(seconds: 2)
            let again = try await world.reopened()
            #expect(try await again.reason(token: spent) == "token_replayed")
            #expect(try await again.reason(token: unspent) == "permitted")
            #expect(try await world.reason(token: unspent) == "token_replayed")
            world.clock.advance(seconds: 1)
            #expect(try await again.reason(token: try again.token(id: "c")) == "permitted")
        }
    }

    /// Without the memory nobody knows what was spent: only what is younger than the new one counts.
    @Test func aLostMemoryRefusesWhatIsOlder() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            try await world.populate()
            try await world.activate(permitAll)
            try await world.put(.issuer, "ci", Self.issuer)
            world.clock.advance(seconds: 1)
            let (spent, unspent) = (try world.token(id: "a"), try world.token(id: "b"))
            #expect(try await world.reason(token: spent) == "permitted")
            world.store.inner.close()
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: world.data + "/replay.db" + suffix)
            }
            world.clock.advance(seconds: 2)
            let again = try await world.reopened()
            #expect(try await again.reason(token: spent) == "token_replayed")
            #expect(try await again.reason(token: unspent) == "token_replayed")
            again.clock.advance(seconds: 1)
            #expect(try await again.reason(token: try again.token(id: "c")) == "permitted")
            again.store.inner.close()
        }
    }

    @Test func whatOthersSpendOnceIsKeptApart() async throws {
        try await run { world async throws in
            let engine = world.engine
            let (now, until) = (world.clock.now, world.clock.now.advanced(byMilliseconds: 300_000))
            #expect(await engine.spendOnce("a", in: "assertion", issuedAt: now, until: until))
            #expect(await !engine.spendOnce("a", in: "assertion", issuedAt: now, until: until))
            #expect(await engine.spendOnce("a", in: "assertio", issuedAt: now, until: until))
            #expect(await engine.spendOnce("na", in: "assertio", issuedAt: now, until: until))
            let old = now.advanced(byMilliseconds: -86_400_000)
            #expect(await !engine.spendOnce("b", in: "assertion", issuedAt: old, until: until))
            #expect(try await world.reason(token: try world.token(id: "a")) == "permitted")
        }
    }

    /// A token taken before its own `iat` could be taken again after a restart.
    @Test func anIssuerWhoseClockRunsAheadGetsNoTolerance() async throws {
        try await run { world async throws in
            let token = try world.token(issued: 20, id: "a")
            #expect(try await world.reason(token: token) == "token_issued_in_future")
            world.clock.advance(seconds: 20)
            #expect(try await world.reason(token: token) == "permitted")
            #expect(try await world.reason(token: token) == "token_replayed")
        }
    }
}
