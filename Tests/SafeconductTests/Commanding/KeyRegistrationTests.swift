// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct KeyRegistrationTests {
    private static func input(_ key: SigningKey, _ more: String = "", holder: String = "worker") throws -> JSONValue {
        var value = try #require(JSONValue(parsing: "{\"holder\":\"\(holder)\"\(more)}").objectValue)
        value["jwk"] = .object(key.verificationKey.jwk)
        return .object(value)
    }

    private static func refusal(_ outcome: CommandOutcome) -> CommandRefusal? {
        if case .refused(let refusal) = outcome { refusal } else { nil }
    }

    @Test func aKeyHasItsHoldersCustody() async throws {
        try await World.run { world async throws in
            let key = SigningKey.generate(.es256)
            let value = try Self.input(key)
            let revs = try World.done(await world.engine.registerCredential(value, by: world.local))
            let state = world.engine.view.state
            let id = try #require(world.engine.credential(of: value["jwk"], in: state))
            let credential = try #require(state.credentials[id])
            let holder = try #require(state.identities[credential.object.holder]?.object)
            #expect(holder.name == "worker" && credential.object.custody == holder.custody)
            #expect(credential.object.type == .key && credential.object.verificationKey != nil)
            #expect(state.credentials(of: holder.id).map(\.object.id) == [id] && revs.count == 1)
            // The same again is what it is already, also after a start from what was stored.
            #expect(try World.done(await world.engine.registerCredential(value, by: world.local)).isEmpty)
            let again = try await world.reopened()
            #expect(again.engine.view.state.credentials(of: holder.id).count == 1)
        }
    }

    @Test func itMayEndEarlierButNotLater() async throws {
        try await World.run { world async throws in
            let key = SigningKey.generate(.edDSA)
            let early = try Self.input(key, #","expires_in":"5d","purpose":"night""#)
            try World.done(await world.engine.registerCredential(early, by: world.local))
            let state = world.engine.view.state
            let id = try #require(world.engine.credential(of: early["jwk"], in: state))
            let custody = try #require(state.credentials[id]?.object.custody)
            #expect(custody.expiresAt == world.clock.now.advanced(byMilliseconds: 5 * 86_400_000))
            #expect(custody.purpose == "night" && custody.boundary == "prod/eu")
            let late = try Self.input(.generate(.es256), #","expires_in":"31d""#)
            #expect(
                Self.refusal(await world.engine.registerCredential(late, by: world.local))?.pointer == "/expires_at"
            )
        }
    }

    @Test func aKeyIsOneIdentitysAndEndsForGood() async throws {
        try await World.run { world async throws in
            try await world.put(.identity, "other", World.identity(bound: ""))
            let key = SigningKey.generate(.es256)
            try World.done(await world.engine.registerCredential(try Self.input(key), by: world.local))
            let other = await world.engine.registerCredential(try Self.input(key, holder: "other"), by: world.local)
            #expect(Self.refusal(other)?.code == .conflict)
            let thumbprint = try #require(Fingerprint(bytes: key.verificationKey.thumbprint)).thumbprint
            try await world.cut(#"{"kind":"key","id":"\#(thumbprint)"}"#)
            let again = await world.engine.registerCredential(try Self.input(key), by: world.local)
            #expect(Self.refusal(again)?.code == .conflict)
        }
    }

    @Test func whatIsNoPublicKeyIsRefused() async throws {
        try await World.run { world async throws in
            let key = SigningKey.generate(.es256)
            var secret = key.verificationKey.jwk
            secret["d"] = .string(Base64URL.string(key.secretBytes))
            for jwk: JSONValue in [
                .object(secret), ["kty": "oct", "k": "AAAA"], ["kty": "EC"], .null, "key",
                ["kty": "RSA", "n": "AQAB", "e": "AQAB"],
            ] {
                let outcome = await world.engine.registerCredential(["holder": "worker", "jwk": jwk], by: world.local)
                #expect(Self.refusal(outcome)?.pointer == "/jwk", "\(jwk)")
            }
            let nobody = await world.engine.registerCredential(try Self.input(key, holder: "nobody"), by: world.local)
            #expect(Self.refusal(nobody)?.pointer == "/holder")
            let more = await world.engine.registerCredential(try Self.input(key, #","kid":"x""#), by: world.local)
            #expect(Self.refusal(more)?.pointer == "/kid")
            #expect(world.engine.view.state.credentials.sorted.allSatisfy { $0.object.holder.kind != .identity })
        }
    }

    @Test func anIdentityHasSixteenAtATime() async throws {
        try await World.run { world async throws in
            for _ in 0..<Credential.liveLimit {
                try World.done(
                    await world.engine.registerCredential(try Self.input(.generate(.edDSA)), by: world.local)
                )
            }
            let one = try Self.input(.generate(.edDSA))
            #expect(Self.refusal(await world.engine.registerCredential(one, by: world.local))?.pointer == "/holder")
            let first = try #require(world.engine.view.state.credentials.sorted.first { $0.object.type == .key })
            try await world.cut(#"{"kind":"credential","id":"\#(first.object.id)"}"#)
            try World.done(await world.engine.registerCredential(one, by: world.local))
        }
    }
}
