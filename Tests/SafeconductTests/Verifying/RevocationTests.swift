// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// What a remembered token is worth once something has changed: nothing is ever remembered but its signature.
@Suite struct RevocationTests {
    @Test func aHoldCountsOnTheVeryNextCallAndItsLiftLeavesACut() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            #expect(try await world.reason(token: token) == "permitted")
            #expect(try await world.reason() == "permitted")
            let hold = try await world.hold(#"{"kind":"identity","id":"worker"}"#)
            let held = try await world.ask(.token(token)).get()
            #expect(held.reason == "identity_suspended" && !held.authenticate && held.identity == nil)
            #expect(try await world.reason() == "identity_suspended")
            #expect(try await world.reason("reader") == "permitted")
            try await world.lift(hold)
            let revoked = try await world.ask(.token(token)).get()
            #expect(revoked.reason == "credential_revoked" && revoked.authenticate)
            // So is whatever was issued within the tolerated skew of clocks after it.
            world.clock.advance(seconds: 60)
            #expect(try await world.reason(token: try world.token()) == "credential_revoked")
            world.clock.advance(seconds: 1)
            #expect(try await world.reason(token: token) == "credential_revoked")
            #expect(try await world.reason(token: try world.token()) == "permitted")
        }
    }

    @Test(arguments: [
        #"{"kind":"identity","id":"worker"}"#, #"{"kind":"issuer","id":"ci"}"#, #"{"kind":"trust_domain","id":"shop"}"#,
        #"{"kind":"all"}"#,
    ])
    func aCutEndsWhatIsOlder(_ scope: String) async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            #expect(try await world.reason(token: token) == "permitted")
            try await world.cut(scope)
            #expect(try await world.reason(token: token) == "credential_revoked")
            world.clock.advance(seconds: 61)
            #expect(try await world.reason(token: try world.token()) == "permitted")
            let again = try await world.reopened()
            #expect(try await again.reason(token: token) == "credential_revoked")
        }
    }

    @Test(arguments: [
        #"{"kind":"trust_domain","id":"other"}"#, #"{"kind":"identity","id":"reader"}"#,
        #"{"kind":"key","id":"worker"}"#,
    ])
    func aCutOfSomethingElseEndsNothing(_ scope: String) async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            try await world.cut(scope)
            #expect(try await world.reason(token: token) == "permitted")
        }
    }

    @Test func whatIsRememberedEndsWithTheTokenAndWithTheIssuersRule() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token(lifetime: 40)
            #expect(try await world.reason(token: token) == "permitted")
            world.clock.advance(seconds: 69)
            #expect(try await world.reason(token: token) == "permitted")
            world.clock.advance(seconds: 1)
            #expect(try await world.reason(token: token) == "token_expired")
            let next = try world.token(lifetime: 500)
            #expect(try await world.reason(token: next) == "permitted")
            try await world.put(
                .issuer,
                "ci",
                #"{"url":"\#(World.issuer)","audiences":["safeconduct"],"algorithms":["ES256"],"#
                    + #""maximum_token_seconds":400,\#(World.custody)}"#
            )
            #expect(try await world.reason(token: next) == "token_lifetime")
        }
    }

    @Test func registrationsThatEndTakeTheirTokensAlong() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            #expect(try await world.reason(token: token) == "permitted")
            try World.done(await world.engine.retire(.identity, "worker", by: world.local))
            #expect(try await world.reason(token: token) == "identity_unknown")
            #expect(try await world.reason() == "identity_retired")
            try World.done(await world.engine.retire(.issuer, "ci", by: world.local))
            #expect(try await world.reason(token: token) == "issuer_unknown")
        }
    }

    @Test func expiryOfIdentityIssuerApiAndPoint() async throws {
        func short(_ json: String) -> String {
            json.replacing(World.custody, with: World.custody.replacing("30d", with: "1h"))
        }
        try await World.run(policies: permitAll) { world async throws in
            try await world.put(.identity, "brief", short(World.identity(bound: #"{"issuer":"ci","subject":"brief"}"#)))
            try await world.put(
                .issuer,
                "brief-ci",
                short(
                    #"{"url":"https://brief.example","audiences":["safeconduct"],"maximum_token_seconds":7200,\#(World.custody)}"#
                )
            )
            world.keys.set([World.key], of: "https://brief.example")
            try await world.put(
                .identity,
                "lasting",
                World.identity(bound: #"{"issuer":"brief-ci","subject":"lasting"}"#)
            )
            try await world.put(
                .api,
                "brief-api",
                short(#"{"operations":[{"name":"show","method":"GET","path":"/"}],\#(World.custody)}"#)
            )
            try await world.put(
                .enforcementPoint,
                "brief-edge",
                short(#"{"apis":["orders"],"subjects":["asserted"],\#(World.custody)}"#)
            )
            try await world.put(
                .enforcementPoint,
                "other-edge",
                #"{"apis":["brief-api"],"subjects":["asserted"],\#(World.custody)}"#
            )
            let foreign = try world.token("lasting", issuer: "https://brief.example", lifetime: 7000)
            func reasons() async throws -> [String] {
                let question = Question(subject: .asserted("worker"), resource: .operation("brief-api/show"))
                return [
                    try await world.reason("brief"), try await world.reason(token: try world.token("brief")),
                    try await world.reason(token: foreign),
                    World.reason(try await world.ask(question, point: "other-edge")),
                    World.reason(try await world.ask(.asserted("worker"), point: "brief-edge")),
                ]
            }
            #expect(try await reasons() == Array(repeating: "permitted", count: 5))
            world.clock.advance(seconds: 3599)
            #expect(try await reasons() == Array(repeating: "permitted", count: 5))
            let asked = world.keys.count
            world.clock.advance(seconds: 1)
            #expect(
                try await reasons()
                    == ["identity_expired", "identity_expired", "issuer_expired", "?api_expired", "?not_granted"]
            )
            // Nobody is asked for the keys of an issuer that does not count.
            world.clock.advance(seconds: 120)
            #expect(try await world.reason(token: foreign) == "issuer_expired")
            #expect(world.keys.count <= asked + 1)
        }
    }

    @Test func aSignatureIsCheckedAgainAfterAWhileAndWithNewKeysAtOnce() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token(lifetime: 600)
            for _ in 0..<5 { #expect(try await world.reason(token: token) == "permitted") }
            #expect(world.keys.count == 1)
            // The issuer withdraws its key: what is remembered outlives the key set by a minute at most.
            world.keys.set([.generate(.es256, keyID: "k2")], of: World.issuer)
            world.clock.advance(milliseconds: 59_999)
            #expect(try await world.reason(token: token) == "permitted")
            world.clock.advance(milliseconds: 1)
            #expect(try await world.reason(token: token) == "token_key_unknown")
            // Another registration may say that the keys are elsewhere: nothing is remembered across it.
            world.keys.set([World.key], of: World.issuer)
            #expect(try await world.reason(token: token) == "permitted")
            let asked = world.keys.count
            try await world.put(
                .issuer,
                "ci",
                #"{"url":"\#(World.issuer)","jwks_url":"https://issuer.example/other","audiences":["safeconduct"],"#
                    + #""algorithms":["ES256"],"maximum_token_seconds":600,\#(World.custody)}"#
            )
            #expect(try await world.reason(token: token) == "permitted")
            #expect(world.keys.count == asked + 1)
        }
    }

    @Test func whatHappensWhileKeysAreFetchedCounts() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            world.keys.whileFetching { _ = try? await world.hold(#"{"kind":"identity","id":"worker"}"#) }
            #expect(try await world.reason(token: token) == "identity_suspended")
        }
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            let point = try #require(world.engine.view.state.find("edge", kind: .enforcementPoint))
            world.keys.whileFetching { _ = try? await world.hold(#"{"kind":"identity","id":"\#(point)"}"#) }
            #expect(try await world.reason(token: token) == "?not_granted")
        }
    }

    @Test func whatHappensWhileTheLeafIsWrittenCounts() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            #expect(try await world.reason(token: token) == "permitted")
            let before = try await world.decisions().count
            world.cutWorkerWhileWriting()
            #expect(try await world.reason(token: token) == "credential_revoked")
            // The permit that was not given stays on record, before the denial that was.
            let outcomes = try await world.decisions().prefix(2).map(\.record.outcome)
            #expect(outcomes == [.deny, .allow])
            #expect(try await world.decisions().count == before + 2)
        }
    }

    @Test func aHoldOnTheApiStopsIt() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let api = try #require(world.engine.view.state.find("orders", kind: .api))
            let hold = try await world.hold(#"{"kind":"identity","id":"\#(api)"}"#)
            #expect(try await world.reason() == "?api_suspended")
            try await world.lift(hold)
            #expect(try await world.reason() == "permitted")
        }
    }
}
