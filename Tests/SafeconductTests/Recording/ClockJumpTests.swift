// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct ClockJumpTests {
    @Test(arguments: [5001, -5001, 86_400_000, -86_400_000] as [Int64])
    func afterAJumpNothingIsAnsweredAndNothingWritten(_ milliseconds: Int64) async throws {
        try await World.run(policies: permitAll) { world async throws in
            #expect(try await world.reason() == "permitted")
            let state = world.engine.view.state
            world.clock.jump(seconds: milliseconds / 1000 + (milliseconds > 0 ? 1 : -1))
            // Nobody has looked at the clock since: the first command has to see it by itself.
            let json = try JSONValue(parsing: World.identity(bound: ""))
            guard case .failed(let error) = await world.engine.put(.identity, named: "bot", json, by: world.local)
            else {
                Issue.record("a command was carried out at a time that nobody knows")
                return
            }
            #expect(error.code == .unavailable)
            #expect(try await world.reason() == "?clock_unsound")
            await world.engine.anchorEvidence()
            #expect(world.engine.view.state.size == state.size)
            // Also when the clock is set back: once it has jumped it is not trusted before a restart.
            world.clock.jump(seconds: -(milliseconds / 1000 + (milliseconds > 0 ? 1 : -1)))
            #expect(try await world.reason() == "?clock_unsound")
            let again = try await world.reopened()
            #expect(try await again.reason() == "permitted")
        }
    }

    @Test func aSmallStepIsNoJumpAndTimeNeverGoesBack() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let before = world.engine.now()
            world.clock.jump(seconds: -4)
            #expect(world.engine.now() == before)
            #expect(try await world.reason() == "permitted")
            try await world.put(.identity, "bot", World.identity(bound: ""))
            #expect(world.engine.view.state.time >= before)
        }
    }
}
