// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct TokenKeyTests {
    private static let day: Int64 = 86_400

    private static func published(_ world: World) throws -> [String] {
        let keys = try #require(world.engine.publishedTokenKeys()["keys"]?.arrayValue)
        #expect(keys.allSatisfy { $0["d"] == nil && $0["alg"] == "ES256" && $0["use"] == "sig" })
        return keys.compactMap { $0["kid"]?.stringValue }
    }

    @Test func theFirstIsMadeWhenItIsNeeded() async throws {
        try await World.run { world async throws in
            #expect(try Self.published(world).isEmpty)
            let signer = try #require(await world.engine.tokenSigner())
            let kid = try #require(signer.verificationKey.keyID)
            #expect(try Self.published(world) == [kid])
            #expect(await world.engine.tokenSigner()?.verificationKey.keyID == kid)
            // The same one after a start, and at another node.
            let again = try await world.reopened()
            #expect(await again.engine.tokenSigner()?.verificationKey.keyID == kid)
            let neighbour = try await again.neighbour()
            #expect(await neighbour.engine.tokenSigner()?.verificationKey.keyID == kid)
        }
    }

    /// Days pass; whoever fetched the keys within the last five minutes can verify whatever is signed.
    @Test func rotationFailsNoVerification() async throws {
        try await World.run { world async throws in
            var known: [(until: Timestamp, keys: [String])] = []
            var signers: [String] = []
            for _ in 0..<600 {
                await world.engine.rotateTokenKeys()
                let now = world.engine.now()
                let kid = try #require(await world.engine.tokenSigner()?.verificationKey.keyID)
                if signers.last != kid { signers.append(kid) }
                known.append(
                    (now.advanced(byMilliseconds: TokenKeyTimes.cachedSeconds * 1000), try Self.published(world))
                )
                for fetched in known where fetched.until >= now { #expect(fetched.keys.contains(kid)) }
                // What was signed up to a day ago is still verified.
                let view = world.engine.view
                #expect(signers.suffix(1).allSatisfy { view.tokenKeys.key($0, view.state, at: now) != nil })
                known.removeAll { $0.until < now }
                world.clock.advance(seconds: Self.day / 5)
            }
            #expect(signers.count == Set(signers).count && signers.count >= 4)
            let published = try Self.published(world)
            #expect(published.count <= 2, "what is over is published no more")
        }
    }

    @Test func aTokenOutlivesItsKeysSigning() async throws {
        try await World.run { world async throws in
            let kid = try #require(await world.engine.tokenSigner()?.verificationKey.keyID)
            world.clock.advance(seconds: 30 * Self.day - 1)
            #expect(await world.engine.tokenSigner()?.verificationKey.keyID == kid)
            world.clock.advance(seconds: 2)
            #expect(await world.engine.tokenSigner()?.verificationKey.keyID != kid)
            func counts() -> Bool {
                let view = world.engine.view
                return view.tokenKeys.key(kid, view.state, at: world.engine.now()) != nil
            }
            #expect(counts())
            world.clock.advance(seconds: Self.day - 10)
            #expect(counts())
            world.clock.advance(seconds: 100)
            #expect(try !counts() && !Self.published(world).contains(kid))
        }
    }

    @Test func aCutKeyIsReplacedAtOnce() async throws {
        try await World.run { world async throws in
            let kid = try #require(await world.engine.tokenSigner()?.verificationKey.keyID)
            try await world.cut(#"{"kind":"key","id":"\#(kid)"}"#)
            #expect(try Self.published(world).isEmpty)
            let next = try #require(await world.engine.tokenSigner()?.verificationKey.keyID)
            #expect(try next != kid && Self.published(world) == [next])
        }
    }

    @Test func whoRotatesWaitsForThoseWhoKeepKeys() async throws {
        try await World.run { world async throws in
            let kid = try #require(await world.engine.tokenSigner()?.verificationKey.keyID)
            #expect(try World.done(await world.engine.rotateTokenKeys(by: world.local)).count == 1)
            // A second one would change nothing: the next key is there.
            #expect(try World.done(await world.engine.rotateTokenKeys(by: world.local)).isEmpty)
            #expect(
                try await world.engine.tokenSigner()?.verificationKey.keyID == kid && Self.published(world).count == 2
            )
            world.clock.advance(seconds: TokenKeyTimes.cachedSeconds)
            #expect(await world.engine.tokenSigner()?.verificationKey.keyID != kid)
            #expect(try Self.published(world).contains(kid))
        }
    }

    @Test func twoNodesMakeOneKey() async throws {
        try await World.run { world async throws in
            let neighbour = try await world.neighbour()
            async let first = world.engine.tokenSigner()?.verificationKey.keyID
            async let second = neighbour.engine.tokenSigner()?.verificationKey.keyID
            let kids = await [first, second]
            await world.engine.followHead()
            #expect(world.engine.view.state.tokenKeys.count == 1)
            #expect(kids[0] == kids[1] || kids.contains(nil))
            #expect(await world.engine.tokenSigner()?.verificationKey.keyID == kids.compactMap { $0 }.first)
        }
    }
}
