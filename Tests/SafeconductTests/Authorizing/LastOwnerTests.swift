// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// The last owner who can give commands stays one, whichever way somebody tries to take them away.
@Suite struct LastOwnerTests {
    /// Puts `name` as an owner or something else, for so many hours from now.
    private func put(
        _ world: World,
        _ name: String,
        _ roles: String,
        hours: Int64 = 720,
        by: ObjectID? = nil
    ) async throws -> CommandRefusal? {
        // A span would leave the present expiry as it is.
        let end = world.clock.now.advanced(byMilliseconds: hours * 3_600_000)
        let json =
            #"{"kind":"human","roles":[\#(roles)],"purpose":"work","boundary":"prod/eu","expires_at":"\#(end)"}"#
        let value = try JSONValue(parsing: json)
        return refusal(await world.engine.put(.operator, named: name, value, by: by ?? world.local))
    }

    /// The local owner becomes an auditor.
    private func leave(_ world: World, by: ObjectID? = nil) async throws -> CommandRefusal? {
        try await put(world, "local", #""auditor""#, by: by)
    }

    @Test func anOwnerWithoutAKeyIsNoneToRelyOn() async throws {
        try await World.run { world async throws in
            #expect(try await leave(world)?.code == .lastOwner)
            #expect(try await put(world, "local", "")?.code == .lastOwner)
            // By name there is another now, but she never redeemed her link.
            try await world.hire("alice", [.owner])
            let (invited, _) = await world.engine.invite("alice", by: world.local)
            try World.done(invited)
            #expect(try await leave(world)?.code == .lastOwner)
            // An owner without a key may go: nobody is lost with her.
            #expect(try await put(world, "alice", #""auditor""#) == nil)
            #expect(try await put(world, "alice", #""owner""#) == nil)
            let key = try await world.enrol("alice")
            #expect(world.engine.view.state.ableOwners(at: world.clock.now).count == 2)
            // Once her only key was cut, it is as before.
            try await world.cut(#"{"kind":"key","id":"\#(key.verificationKey.keyID ?? "")"}"#)
            #expect(try await leave(world)?.code == .lastOwner)
            try await world.enrol("alice")
            #expect(try await leave(world) == nil)
            #expect(world.engine.view.state.ableOwners(at: world.clock.now).count == 1)
        }
    }

    @Test func noExpiryIsAWayOut() async throws {
        try await World.run { world async throws in
            // In an hour nobody would be there any more.
            #expect(try await put(world, "local", #""owner""#, hours: 1)?.code == .lastOwner)
            #expect(try await put(world, "local", #""owner""#, hours: 23)?.code == .lastOwner)
            // Another's key that ends today is no reason to go, either: a key ends with its holder's expiry of that time.
            #expect(try await put(world, "bob", #""owner""#, hours: 6) == nil)
            try await world.enrol("bob")
            #expect(try await leave(world)?.code == .lastOwner)
            #expect(try await put(world, "bob", #""owner""#, hours: 2160) == nil)
            #expect(try await leave(world)?.code == .lastOwner)
            try await world.enrol("bob")
            #expect(try await put(world, "local", #""owner""#, hours: 23) == nil)
            #expect(try await leave(world) == nil)
        }
    }

    /// When time itself ends the last key, the one whose key it was counts no more, and nothing else is blocked by that.
    @Test func whatTimeEndsIsSeen() async throws {
        try await World.run { world async throws in
            #expect(try await put(world, "bob", #""owner""#, hours: 48) == nil)
            try await world.enrol("bob")
            let able = world.engine.view.state.ableOwners(at: world.clock.now)
            #expect(able.count == 2)
            #expect(try #require(able.until) > world.clock.now.advanced(byMilliseconds: 300 * 86_400_000))
            let later = world.clock.now.advanced(byMilliseconds: 3 * 86_400_000)
            #expect(world.engine.view.state.ableOwners(at: later).count == 1)
            let end = world.clock.now.advanced(byMilliseconds: 400 * 86_400_000)
            #expect(world.engine.view.state.ableOwners(at: end).count == 0)
            #expect(world.engine.view.state.ableOwners(at: end).until == nil)
        }
    }

    /// A cut is never refused; afterwards recovery helps, and says so in the log.
    @Test func cutsTakeEvenTheLastOneAndRecoveryBringsOneBack() async throws {
        try await World.run { world async throws in
            try await world.cut(#"{"kind":"all"}"#)
            #expect(world.engine.view.state.ableOwners(at: world.clock.now).count == 0)
            let secret = try await world.engine.provideOwner(named: "carol", boundary: "prod")
            _ = try await world.redeem(secret.secret, SigningKey.generate(.es256)).get()
            #expect(world.engine.view.state.ableOwners(at: world.clock.now).count == 1)
            // What was able before counts no more: the local owner may go, Carol may not.
            let carol = try #require(world.engine.view.state.find("carol", kind: .operator))
            #expect(refusal(await world.engine.retire(.operator, "carol", by: carol))?.code == .lastOwner)
            #expect(try await leave(world, by: carol) == nil)
        }
    }
}
