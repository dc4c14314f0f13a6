// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Client assertions (RFC 7523 section 3), and what may be wrong with them.
@Suite struct ClientAssertionTests {
    private func run(_ body: (World, SigningKey) async throws -> Void) async throws {
        try await World.run { world async throws in
            try await world.hire("alice", [.security])
            try await body(world, try await world.enrol("alice"))
        }
    }

    @Test func whatCounts() async throws {
        try await run { world, key async throws in
            let id = try #require(world.engine.view.state.find("alice", kind: .operator)).description
            let origin = try #require(world.engine.view.state.opening?.origin)
            for token in [
                try world.assertion("alice", key), try world.assertion(id, key),
                try world.assertion("alice", key, audience: [.string(origin)]),
                try world.assertion("alice", key, lifetime: 300), try world.assertion("alice", key, issued: 30),
                try world.assertion("alice", key, type: nil),
            ] {
                #expect(await world.refusal(ofAssertion: token) == nil)
            }
            let asserted = try world.engine.caller(assertion: try world.assertion("alice", key)).get()
            guard case .operator(let record, let credential) = asserted.caller else {
                Issue.record("the assertion does not count")
                return
            }
            #expect(record.object.name == "alice" && credential.object.type == .key)
        }
    }

    @Test func whatDoesNot() async throws {
        try await run { world, key async throws in
            try await world.hire("bob", [.owner])
            let bobs = try await world.enrol("bob")
            let origin = world.engine.view.state.opening?.origin ?? ""
            let stranger = SigningKey.generate(.es256, keyID: key.verificationKey.keyID)
            let cases: [(String, CallerRefusal)] = [
                (try world.assertion("alice", key, audience: "https://elsewhere.example"), .assertionAudience),
                (try world.assertion("alice", key, audience: [.string(origin), "other"]), .assertionAudience),
                (try world.assertion("alice", key, issued: -30, lifetime: 30), .assertionExpired),
                (try world.assertion("alice", key, lifetime: 301), .assertionTimes),
                (try world.assertion("alice", key, issued: 31), .assertionTimes),
                (try world.assertion("alice", key, lifetime: -5), .assertionTimes),
                (try world.assertion("alice", key, id: nil), .assertion),
                (try world.assertion("alice", key, id: String(repeating: "x", count: 257)), .assertion),
                (try world.assertion("alice", key, type: "at+jwt"), .assertion),
                (try world.assertion("alice", key, type: "safeconduct-enrolment+jwt"), .assertion),
                // Another's key, and another's name.
                (try world.assertion("alice", bobs), .assertion), (try world.assertion("bob", key), .assertion),
                (try world.assertion("alice", key, subject: "bob"), .assertion),
                (try world.assertion("alice", stranger), .assertion),
                (try world.assertion("alice", SigningKey.generate(.es256)), .assertion),
                (try Self.unsigned(try world.assertion("alice", key)), .assertion), ("a.b.c", .assertion),
                (String(repeating: "a", count: 5000) + "..", .assertion),
            ]
            for (number, (token, expected)) in cases.enumerated() {
                #expect(await world.refusal(ofAssertion: token) == expected, "case \(number)")
            }
        }
    }

    /// The same token under `alg` `none`, without a signature.
    private static func unsigned(_ token: String) throws -> String {
        let parts = token.split(separator: ".")
        let header = try #require(Base64URL.decode(String(parts[0])).map { String(decoding: $0, as: UTF8.self) })
        let none = Base64URL.string(Array(header.replacing("ES256", with: "none").utf8))
        return "\(none).\(parts[1])."
    }

    @Test func eachCountsOnce() async throws {
        try await run { world, key async throws in
            let token = try world.assertion("alice", key)
            #expect(await world.refusal(ofAssertion: token) == nil)
            #expect(await world.refusal(ofAssertion: token) == .assertionReplayed)
            // Another token with the same `jti` is the same.
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", key, id: "one")) == nil)
            #expect(
                await world.refusal(ofAssertion: try world.assertion("alice", key, lifetime: 61, id: "one"))
                    == .assertionReplayed
            )
            // Of two operators, each has `jti`s of their own.
            try await world.hire("bob", [.auditor])
            let bobs = try await world.enrol("bob")
            #expect(await world.refusal(ofAssertion: try world.assertion("bob", bobs, id: "one")) == nil)
            // Over a restart, too.
            let early = try world.assertion("alice", key)
            let again = try await world.reopened()
            #expect(await again.refusal(ofAssertion: token) == .assertionReplayed)
            #expect(await again.refusal(ofAssertion: early) == nil)
            #expect(await world.refusal(ofAssertion: early) == .assertionReplayed)
        }
    }

    @Test func aRefusedOneIsNotSpent() async throws {
        try await run { world, key async throws in
            let ahead = try world.assertion("alice", key, issued: 40)
            #expect(await world.refusal(ofAssertion: ahead) == .assertionTimes)
            world.clock.advance(seconds: 40)
            #expect(await world.refusal(ofAssertion: ahead) == nil)
        }
    }

    @Test func cutsAndHoldsReachKeys() async throws {
        try await run { world, key async throws in
            let alice = try #require(world.engine.view.state.find("alice", kind: .operator))
            let own = try #require(world.engine.view.state.credentials.sorted.first { $0.object.holder == alice })
            let hold = try await world.hold(#"{"kind":"identity","id":"\#(alice)"}"#)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", key)) == .suspended)
            // A hold on everything stops calls and leaves operators their levers.
            try await world.lift(hold)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", key)) == .revoked)
            let second = try await world.enrol("alice")
            let all = try await world.hold(#"{"kind":"all"}"#)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", second)) == nil)
            try await world.lift(all)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", second)) == nil)
            // A cut of everything that somebody commands ends operators' keys, too.
            try await world.cut(#"{"kind":"all"}"#)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", second)) == .revoked)
            // One of two keys, by its credential or by its thumbprint.
            let third = try await world.enrol("alice")
            let fourth = try await world.enrol("alice", .edDSA)
            try await world.cut(#"{"kind":"key","id":"\#(third.verificationKey.keyID ?? "")"}"#)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", third)) == .revoked)
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", fourth)) == nil)
            try World.done(await world.engine.retire(.operator, "alice", by: world.local))
            #expect(await world.refusal(ofAssertion: try world.assertion("alice", fourth)) == .revoked)
            #expect(own.object.type == .key)
        }
    }

    /// A key's fingerprint is the hash of public bytes: presented as a bearer token, they prove nothing.
    @Test func thePublicKeyIsNoToken() async throws {
        try await run { world, key async throws in
            let jwk = key.verificationKey.jwk
            let canonical =
                #"{"crv":"P-256","kty":"EC","x":"\#(jwk["x"]?.stringValue ?? "")","y":"\#(jwk["y"]?.stringValue ?? "")"}"#
            let present = world.engine.view.state.credential(fingerprint: Fingerprint(of: canonical))
            #expect(present?.object.type == .key)
            #expect(refusal(world.engine, canonical) == .unknown)
        }
    }
}
