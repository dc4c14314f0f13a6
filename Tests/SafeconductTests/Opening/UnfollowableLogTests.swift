// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

/// What another node wrote and this one can't read may be a cut: it decides nothing until it can.
@Suite struct UnfollowableLogTests {
    @Test func anEntryThatCannotBeFoldedStopsTheNode() async throws {
        try await World.run(policies: permitAll) { world async throws in
            #expect(try await world.reason() == "permitted")
            let at = world.clock.now
            try await world.engine.reading { engine in
                try engine.controlLog.append { append in
                    let entry = #"{"v":1,"kind":"from.the.future","at":"\#(at)","by":"\#(engine.node.id)","body":{}}"#
                    append.append(salt: .random(), body: Array(entry.utf8))
                }
            }
            let json = try JSONValue(parsing: World.identity(bound: ""))
            guard case .failed(let error) = await world.engine.put(.identity, named: "bot", json, by: world.local)
            else {
                Issue.record("a command was carried out behind an entry that nobody here understands")
                return
            }
            #expect(error.code == .corrupt)
            #expect(try await world.reason() == "?state_unsound")
            #expect(try await world.reason(token: try world.token()) == "?state_unsound")
            await #expect(throws: (any Error).self) { try await world.reopened() }
        }
    }

    @Test func aCommandWhoseEntryCouldNotBeReadAgainIsRefusedAlone() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let (local, size) = (world.local, world.engine.view.state.size)
            let outcome = await world.engine.carryOut(
                Command(by: local) { _, now in
                    let custody = Custody(
                        owner: local,
                        purpose: "Not A Term",
                        boundary: "b",
                        expiresAt: now.advanced(byMilliseconds: 1000)
                    )
                    let id = ObjectID(kind: .operator, high: 1, low: 1)
                    return [.putOperator(Operator(id: id, name: "x", type: .team, custody: custody))]
                }
            )
            guard case .refused = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(world.engine.view.state.size == size)
            #expect(try await world.reason() == "permitted")
        }
    }
}
