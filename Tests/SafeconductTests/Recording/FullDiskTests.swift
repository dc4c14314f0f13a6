// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// A disk without room: decisions wait for it, cuts and holds do not.
@Suite struct FullDiskTests {
    @Test func anUrgentCommandTakesTheSpaceThatIsKeptForIt() async throws {
        try await World.run(policies: permitAll) { world async throws in
            await world.engine.keepReserve()
            #expect(world.store.reserve == .whole && world.engine.evidenceFault == nil)
            world.store.faults.controlFull.withLock { $0 = 2 }
            let refused = await world.engine.retire(.identity, "reader", by: world.local)
            guard case .failed(let error) = refused else {
                Issue.record("a usual command has no room, and was not refused: \(refused)")
                return
            }
            #expect(error.code == .unavailable)
            #expect(world.store.reserve == .whole)
            try await world.cut(#"{"kind":"identity","id":"worker"}"#)
            #expect(world.store.faults.controlFull.withLock { $0 } == 0)
            #expect(world.store.reserve == .short)
            // What is left of the disk is not for decisions.
            #expect(try await world.reason() == "?evidence_unavailable")
            #expect(world.engine.evidenceFault != nil)
            await world.engine.recoverSpace()
            #expect(world.store.reserve == .whole && world.engine.evidenceFault == nil)
            #expect(try await world.reason() == "permitted")
            #expect(try await world.reason(token: try world.token()) == "credential_revoked")
        }
    }

    @Test func whenNothingIsLeftNothingIsHalfDone() async throws {
        try await World.run(policies: permitAll) { world async throws in
            await world.engine.keepReserve()
            let size = world.engine.view.state.size
            world.store.faults.controlFull.withLock { $0 = 1000 }
            let cut = await world.engine.cut(try JSONValue(parsing: #"{"scope":{"kind":"all"}}"#), by: world.local)
            guard case .failed(let error) = cut else {
                Issue.record("there was no room: \(cut)")
                return
            }
            #expect(error.code == .unavailable && world.engine.view.state.size == size)
            #expect(world.engine.fault == nil)
            world.store.faults.controlFull.withLock { $0 = 0 }
            await world.engine.recoverSpace()
            #expect(try await world.reason() == "permitted")
        }
    }

    @Test func urgentAndUsualCommandsThatWaitTogetherAreToldApart() async throws {
        try await World.run(policies: permitAll) { world async throws in
            await world.engine.keepReserve()
            world.store.faults.controlFull.withLock { $0 = 1 }
            let by = world.local
            let commands = (0..<4).map { number in
                Command(by: by, isUrgent: number.isMultiple(of: 2)) { _, now in
                    var generator = SystemRandomNumberGenerator()
                    let id = ObjectID(kind: .cut, at: now, using: &generator)
                    return [.cut(Cut(id: id, scope: Scope(.key, "key-\(number)")))]
                }
            }
            let outcomes = world.engine.writer.commit(commands).map { carried in
                if case .done = carried.outcome { true } else { false }
            }
            #expect(outcomes == [true, false, true, false])
            #expect(world.engine.view.state.cuts.sorted.map(\.object.scope.value).sorted() == ["key-0", "key-2"])
        }
    }

    @Test func aCutIsMadeWithoutItsReasonWhenThatFindsNoRoom() async throws {
        try await World.run(policies: permitAll) { world async throws in
            world.store.faults.secrets.withLock { $0 = true }
            let hold = try await world.hold(#"{"kind":"identity","id":"worker"}"#, reason: "no room")
            #expect(world.engine.view.state.holds[hold]?.object.sealed == nil)
            // Anything else keeps its text or is refused.
            let described = try JSONValue(
                parsing: #"{"kind":"service","description":"x",\#(World.custody),"labels":[],"federation":[]}"#
            )
            if case .done = await world.engine.put(.identity, named: "other", described, by: world.local) {
                Issue.record("an object lost its text")
            }
            world.store.faults.secrets.withLock { $0 = false }
            let kept = try await world.hold(#"{"kind":"identity","id":"reader"}"#, reason: "room")
            #expect(world.engine.view.state.holds[kept]?.object.sealed != nil)
        }
    }
}
