// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

/// What is not known to be the newest state is not decided with (invariant 4).
@Suite struct FreshnessTests {
    private static let silent: @Sendable (LogHead) throws(StoreError) -> LogHead = { _ throws(StoreError) in
        throw StoreError(.busy, "as the test says")
    }

    @Test func anOldStateIsReadAnewBeforeItDecides() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let two = try await world.neighbour()
            #expect(try await two.reason() == "permitted")
            let id = try #require(world.engine.view.state.find("worker", kind: .identity))
            _ = try await world.hold(#"{"kind":"identity","id":"\#(id)"}"#)
            // As after a stop of five seconds: the question was there before anything was read.
            two.clock.advance(seconds: 5)
            let size = try await two.decisions().count
            #expect(try await two.reason() == "identity_suspended")
            #expect(try await two.decisions().count == size + 1)
            two.store.inner.close()
        }
    }

    @Test func aPointWhoseTokenEndedElsewhereIsAnsweredNothing() async throws {
        try await World.run(policies: permitAll) { world async throws in
            try World.done(
                await world.engine.issueBearer(to: "edge", kind: .enforcementPoint, by: world.local).outcome
            )
            let (two, state) = (try await world.neighbour(), world.engine.view.state)
            let edge = try #require(state.find("edge", kind: .enforcementPoint))
            let token = try #require(state.credentials.sorted.first { $0.object.holder == edge }).object.id
            var question = Question(subject: .asserted("worker"), resource: .operation("orders/show"))
            question.pointCredential = token
            #expect(World.reason(try await two.ask(question)) == "permitted")
            try await world.cut(#"{"kind":"credential","id":"\#(token)"}"#)
            #expect(World.reason(try await two.ask(question)) == "?not_granted")
            two.store.inner.close()
        }
    }

    @Test func whoCannotReadTheHeadAnswersNothingAfterTwoSeconds() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let faults = world.store.faults
            #expect(try await world.reason() == "permitted")
            faults.head.withLock { $0 = Self.silent }
            world.clock.advance(milliseconds: 2000)
            #expect(try await world.reason() == "permitted")
            world.clock.advance(milliseconds: 1)
            #expect(world.engine.staleness == 2001)
            let before = faults.headsRead.withLock { $0 }
            #expect(try await world.reason() == "?state_stale")
            #expect(faults.headsRead.withLock { $0 } > before)
            #expect(!world.engine.isFresh())
            #expect(world.engine.fault == nil)
            faults.head.withLock { $0 = nil }
            #expect(try await world.reason() == "permitted")
            #expect(world.engine.staleness == 0)
        }
    }

    @Test func whatGrewOldWhileItWasRecordedIsNotAnswered() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let (faults, clock) = (world.store.faults, world.clock)
            faults.beforeEvidence.withLock { work in
                work = {
                    clock.advance(seconds: 5)
                    faults.head.withLock { $0 = Self.silent }
                }
            }
            #expect(try await world.reason() == "?state_stale")
            faults.head.withLock { $0 = nil }
            #expect(try await world.reason() == "permitted")
        }
    }

    @Test func ofManyWhoWaitOneReads() async throws {
        try await World.run(policies: permitAll) { world async throws in
            world.clock.advance(seconds: 3)
            let before = world.store.faults.headsRead.withLock { $0 }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { await world.engine.freshen() } }
            }
            #expect(world.store.faults.headsRead.withLock { $0 } == before + 1)
        }
    }

    @Test func theThreadFollowsByItself() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let two = try await world.neighbour()
            let thread = two.engine.startFollowing()
            try await world.put(.identity, "bot", World.identity(bound: ""))
            for _ in 0..<500 where two.engine.view.state.find("bot", kind: .identity) == nil {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(two.engine.view.state.digest == world.engine.view.state.digest)
            // The clock is looked at even when nobody asks.
            two.clock.jump(seconds: 60)
            for _ in 0..<500 where !two.engine.clock.jumped { try await Task.sleep(for: .milliseconds(10)) }
            #expect(two.engine.clock.jumped)
            two.clock.jump(seconds: -60)
            thread.stop()
            two.store.inner.close()
        }
    }

    /// A node whose fold differs from the one that wrote the log's digest is not the one to decide.
    @Test func aDigestOfAnotherStateStopsTheNode() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let two = try await world.neighbour()
            #expect(try await two.reason() == "permitted")
            // So that the world's own checks find the neighbour's log.
            world.engine.follower.follow()
            let entry = Entry(time: world.clock.now, by: world.engine.node.id, body: .stateDigest(StateDigest()))
            try await world.engine.reading { engine in
                try engine.controlLog.append { append in _ = append.append(salt: .random(), body: entry.stored()) }
            }
            two.engine.follower.follow()
            #expect(two.engine.fault?.code == .corrupt)
            #expect(two.engine.lag == 1)
            #expect(try await two.reason() == "?state_unsound")
            two.store.inner.close()
        }
    }

    enum Damage: CaseIterable {
        case shorter, anotherRoot, unsigned, signedByAnother, otherLeaves
    }

    @Test(arguments: Damage.allCases)
    func aHeadThatDoesNotContinueStopsTheNode(_ damage: Damage) async throws {
        try await World.run(policies: permitAll) { world async throws in
            let two = try await world.neighbour()
            let faults = two.store.faults
            let old = try await two.engine.reading { try $0.controlLog.head() }
            try await world.put(.identity, "bot", World.identity(bound: ""))
            let stranger = try NoteSigner(
                name: KeyName(world.engine.view.state.opening?.origin ?? ""),
                seed: Array(repeating: 7, count: 32)
            )
            faults.head.withLock { head in
                head = { (real: LogHead) throws(StoreError) -> LogHead in
                    let other = Hash32(bytes: Array(repeating: 1, count: 32)) ?? real.root
                    switch damage {
                    case .shorter: return LogHead(size: old.size - 1, root: old.root, checkpoint: old.checkpoint)
                    case .anotherRoot: return LogHead(size: old.size, root: other, checkpoint: old.checkpoint)
                    case .unsigned: return LogHead(size: real.size, root: real.root, checkpoint: old.checkpoint)
                    case .signedByAnother:
                        let origin = stranger.verifierKey.name.text
                        let note = (try? Checkpoint(origin: origin, size: real.size, root: real.root))
                            .flatMap { try? stranger.sign($0).bytes }
                        return LogHead(size: real.size, root: real.root, checkpoint: note ?? [])
                    case .otherLeaves:
                        // What is signed for four entries does not fit what lies behind them.
                        return LogHead(size: real.size - 1, root: real.root, checkpoint: real.checkpoint)
                    }
                }
            }
            if case .otherLeaves = damage { try await world.put(.identity, "other", World.identity(bound: "")) }
            two.engine.follower.follow()
            #expect(two.engine.fault?.code == .corrupt)
            #expect(try await two.reason() == "?state_unsound")
            let outcome = await two.engine.carryOut(Command(by: two.engine.node.id) { _, _ in [] })
            guard case .failed = outcome else {
                Issue.record("a command was carried out on a log that can't be followed")
                return
            }
            // Also when the head looks right again: somebody has to look at it first.
            faults.head.withLock { $0 = nil }
            two.engine.follower.follow()
            #expect(try await two.reason() == "?state_unsound")
            // The other one never saw it.
            #expect(try await world.reason() == "permitted")
            two.store.inner.close()
        }
    }
}
