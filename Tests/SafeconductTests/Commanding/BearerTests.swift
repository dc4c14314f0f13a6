// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct BearerTests {
    private func issue(_ world: World) async throws -> String {
        let (outcome, token) = await world.engine.issueBearer(to: "edge", kind: .enforcementPoint, by: world.local)
        try World.done(outcome)
        return try #require(token).secret
    }

    @Test func aNewTokenEndsTheOldOne() async throws {
        try await World.run { world async throws in
            let first = try await issue(world)
            guard case .success(.point(let point, _)) = world.engine.caller(bearer: first) else {
                Issue.record("a fresh token does not count")
                return
            }
            #expect(point.object.name == "edge")
            let second = try await issue(world)
            #expect(refusal(world.engine, first) == .revoked)
            #expect(refusal(world.engine, second) == nil)
            #expect(second.hasPrefix("scpep_"))
            let again = try await world.reopened()
            #expect(refusal(again.engine, first) == .revoked)
            #expect(refusal(again.engine, second) == nil)
        }
    }

    @Test func aTokenIssuedDuringAHoldDiesWithItsLift() async throws {
        try await World.run { world async throws in
            let first = try await issue(world)
            let point = try #require(world.engine.view.state.find("edge", kind: .enforcementPoint))
            let hold = try await world.hold(#"{"kind":"identity","id":"\#(point)"}"#)
            #expect(refusal(world.engine, first) == .suspended)
            let second = try await issue(world)
            // The first one is cut already: no lift brings it back.
            #expect(refusal(world.engine, first) == .revoked)
            #expect(refusal(world.engine, second) == .suspended)
            try await world.lift(hold)
            #expect(refusal(world.engine, second) == .revoked)
            #expect(refusal(world.engine, try await issue(world)) == nil)
        }
    }

    @Test func tokensDoNotOutliveTheirHolder() async throws {
        try await World.run { world async throws in
            let token = try await issue(world)
            world.clock.advance(seconds: 30 * 86_400)
            #expect(refusal(world.engine, token) == .expired)
            let (outcome, none) = await world.engine.issueBearer(to: "edge", kind: .enforcementPoint, by: world.local)
            #expect(none == nil)
            guard case .refused = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func retirementAndCutsEndTokens() async throws {
        try await World.run { world async throws in
            let token = try await issue(world)
            try await world.cut(#"{"kind":"all"}"#)
            #expect(refusal(world.engine, token) == .revoked)
            let next = try await issue(world)
            #expect(refusal(world.engine, next) == nil)
            try World.done(await world.engine.retire(.enforcementPoint, "edge", by: world.local))
            #expect(refusal(world.engine, next) == .revoked)
        }
    }

    @Test(arguments: [
        "", "scpep_", "scpep_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", String(repeating: "x", count: 600),
    ])
    func strangersAreUnknown(_ token: String) async throws {
        try await World.run { world async throws in #expect(refusal(world.engine, token) == .unknown) }
    }

    @Test func nothingPrintsASecret() {
        let token = BearerToken(kind: .enforcementPoint)
        #expect(!"\(token) \(String(reflecting: token))".contains(token.secret))
        #expect(token.secret.utf8.count == 49)
    }
}
