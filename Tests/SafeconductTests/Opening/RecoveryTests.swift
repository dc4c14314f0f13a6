// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

/// A start from a snapshot and the tail is a start from the whole log, and what was altered behind the engine's back
/// opens nothing.
@Suite struct RecoveryTests {
    /// A log of a little more than four thousand entries, closed; gives its state.
    private func grow(_ place: String) async throws -> TrustState {
        let world = try await World.open(place)
        let (local, count) = (world.local, 4200)
        for start in stride(from: 0, to: count, by: 600) {
            let outcome = await world.engine.carryOut(
                Command(by: local) { state, now in
                    (start..<start + 600).map { number in
                        let custody = Custody(
                            owner: local,
                            purpose: "p",
                            boundary: "b",
                            expiresAt: now.advanced(byMilliseconds: 86_400_000)
                        )
                        let id = ObjectID(kind: .operator, high: UInt64(now.milliseconds) << 16, low: UInt64(number))
                        return .putOperator(Operator(id: id, name: "op-\(number)", type: .team, custody: custody))
                    }
                }
            )
            try World.done(outcome)
        }
        let state = world.engine.view.state
        // The snapshot is written behind the commands.
        let store = world.store.inner
        for _ in 0..<600 where try !store.readSnapshot({ _ in }) { try await Task.sleep(for: .milliseconds(20)) }
        store.close()
        return state
    }

    @Test func aSnapshotAndItsTailAreTheWholeLog() async throws {
        try await World.inPlace { place in
            let before = try await grow(place)
            let store = try SQLiteStore(directory: place + "/data")
            var lines = 0
            #expect(try store.readSnapshot { _ in lines += 1 })
            #expect(lines > 4000)
            store.close()
            let world = try await World.open(place)
            #expect(world.engine.view.state.digest == before.digest)
            #expect(world.engine.view.state.size == before.size)
            let folded = try await world.engine.state(at: before.size - 2)
            let whole = try await world.engine.reading { engine in
                try Engine.fold(engine.controlLog, from: TrustState(), to: before.size)
            }
            #expect(whole.digest == before.digest)
            #expect(folded.size == before.size - 1)
            world.store.inner.close()
        }
    }

    @Test func aForgedSnapshotIsNotBelieved() async throws {
        try await World.inPlace { place in
            let before = try await grow(place)
            // A state that agrees with itself and with no entry of the log: at the very head, and at an entry that is
            // no digest.
            for size in [before.size, before.size - 1, 4097] {
                let store = try SQLiteStore(directory: place + "/data")
                var forged = TrustState()
                try forged.apply(
                    Entry(
                        time: TestClock.start,
                        by: ObjectID(kind: .node, high: 0, low: 0),
                        body: .putOperator(
                            Operator(
                                id: ObjectID(kind: .operator, high: 1, low: 1),
                                name: "mallory",
                                type: .human,
                                custody: Custody(
                                    owner: ObjectID(kind: .operator, high: 1, low: 1),
                                    purpose: "p",
                                    boundary: "b",
                                    expiresAt: TestClock.start.advanced(byMilliseconds: 86_400_000)
                                )
                            )
                        )
                    )
                )
                try store.saveSnapshot(size: before.size + size) { line in
                    var isHead = true
                    try forged.writeSnapshot { bytes in
                        guard isHead, case .object(var head) = try JSONValue(parsing: bytes) else {
                            return try line(bytes)
                        }
                        isHead = false
                        head["size"] = .integer(Int64(size))
                        try line(JSONValue.object(head).serialized())
                    }
                }
                store.close()
                let world = try await World.open(place)
                #expect(world.engine.view.state.digest == before.digest, "at \(size)")
                #expect(world.engine.view.state.find("mallory", kind: .operator) == nil)
                world.store.inner.close()
            }
        }
    }

    /// Replaces every occurrence of some bytes in the control log's file by as many others.
    private func patch(_ place: String, _ old: [UInt8], _ new: [UInt8]) throws -> Int {
        let url = URL(fileURLWithPath: place + "/data/control.db")
        var data = try Data(contentsOf: url)
        var count = 0
        while let range = data.range(of: Data(old)) {
            data.replaceSubrange(range, with: Data(new))
            count += 1
        }
        try data.write(to: url)
        return count
    }

    @Test func anAlteredBodyOpensNothing() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            try await world.populate()
            world.store.inner.close()
            #expect(try patch(place, Array("/orders/{id}".utf8), Array("/ORDERS/{id}".utf8)) > 0)
            await #expect(throws: (any Error).self) { try await World.open(place) }
        }
    }

    @Test func anAlteredBodyWithAFittingCommitmentOpensNothing() async throws {
        try await World.inPlace { place in
            let world = try await World.open(place)
            try await world.populate()
            let leaves = try await world.engine.reading { try $0.controlLog.leaves(0..<100) }
            let leaf = try #require(
                leaves.first { String(decoding: $0.body ?? [], as: UTF8.self).contains("/orders/{id}") }
            )
            let (body, salt) = (try #require(leaf.body), try #require(leaf.salt))
            let forged = Array(
                String(decoding: body, as: UTF8.self).replacing("/orders/{id}", with: "/public/{id}").utf8
            )
            #expect(forged.count == body.count)
            world.store.inner.close()
            #expect(try patch(place, Array("/orders/{id}".utf8), Array("/public/{id}".utf8)) > 0)
            #expect(try patch(place, leaf.commitment.entry, LeafCommitment(salt: salt, body: forged).entry) == 1)
            do {
                _ = try await World.open(place)
                Issue.record("a forged entry was folded")
            } catch {
                #expect("\(error)".contains("root"), "\(error)")
            }
        }
    }
}
