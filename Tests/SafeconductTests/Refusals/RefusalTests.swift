// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// Strangers are counted: they cannot fill the disk, and what they did is not lost.
@Suite struct RefusalTests {
    private func leaves(_ world: World) throws -> UInt64 {
        try world.engine.log(.evidence(node: 1, month: 202_611))?.head().size ?? 0
    }

    private func lines(_ world: World) async throws -> [String] {
        try await world.engine.refusals(before: nil, limit: 100).flatMap { refusals in
            refusals.record.lines.map { "\(refusals.place?.index.description ?? "-") \($0.reason) \($0.count)" }
        }
    }

    @Test func strangersLeaveOneLeafAMinute() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for _ in 0..<300 {
                let none = try await world.ask(.none).get()
                #expect(none.id == nil && none.log == nil && none.outcome == .deny)
            }
            for number in 0..<300 {
                #expect(try await world.ask(.token("no.token.\(number)")).get().id == nil)
                #expect(try await world.ask(.asserted("nobody-\(number)")).get().id == nil)
            }
            let stranger = try world.token(key: .generate(.es256, keyID: "k1"))
            #expect(try await world.ask(.token(stranger)).get().id == nil)
            for _ in 0..<50 { world.engine.countRefusal(route: "GET /v1/apis", reason: "unauthenticated") }
            #expect(try leaves(world) == 0)
            let counted = try await lines(world)
            #expect(counted.contains("- token_missing 300") && counted.contains("- identity_unknown 300"))
            await world.engine.flushRefusals()
            #expect(try leaves(world) == 1)
            #expect(try await world.decisions().isEmpty)
            #expect(
                try await lines(world).map { $0.replacing("-", with: "0") }
                    == counted.map { $0.replacing("-", with: "0") }
            )
            let totals = world.engine.refusalTotals
            #expect(totals.reduce(0) { $0 + $1.count } == 951)
            // A leaf of counts is no decision.
            let id = ObjectID.decision(at: world.clock.now, node: 1, index: 0)
            #expect(try await world.engine.decision(id) == nil)
            await world.engine.flushRefusals()
            #expect(try leaves(world) == 1)
        }
    }

    @Test func whatProvedSomethingIsRecordedOnceAMinute() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token()
            _ = try await world.hold(#"{"kind":"identity","id":"worker"}"#)
            #expect(try await world.ask(.token(token)).get().id != nil)
            for _ in 0..<9 {
                let again = try await world.ask(.token(token)).get()
                #expect(again.id == nil && again.reason == "identity_suspended")
            }
            // Another token, another reason: a leaf of its own.
            #expect(try await world.ask(.token(try world.token("stranger"))).get().id != nil)
            #expect(try await world.ask(.asserted("worker")).get().id != nil)
            #expect(try await world.ask(.asserted("worker")).get().id != nil)
            world.clock.advance(seconds: 60)
            #expect(try await world.ask(.token(token)).get().id != nil)
            #expect(try await lines(world) == ["- identity_suspended 9"])
            #expect(try await world.decisions().count == 5)
        }
    }

    @Test func aRefusalThatCouldNotBeRecordedIsRecordedWhenItCan() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let token = try world.token("stranger")
            world.store.faults.evidence.withLock { $0 = true }
            #expect(try await world.reason(token: token) == "?evidence_unavailable")
            _ = try await world.ask(.none).get()
            await world.engine.flushRefusals()
            #expect(try await lines(world) == ["- evidence_unavailable 1", "- token_missing 1"])
            world.store.faults.evidence.withLock { $0 = false }
            #expect(try await world.ask(.token(token)).get().id != nil)
            await world.engine.flushRefusals()
            #expect(try await lines(world) == ["1 evidence_unavailable 1", "1 token_missing 1"])
        }
    }

    @Test func theyAreListedAcrossDecisionsMonthsAndRestarts() async throws {
        try await World.run(policies: permitAll) { world async throws in
            var expected: [String] = []
            for round in 1...6 {
                for _ in 0..<round { _ = try await world.ask(.none) }
                await world.engine.flushRefusals()
                expected.insert("token_missing \(round)", at: 0)
                for _ in 0..<(round * 15) { _ = try await world.reason() }
                if round == 4 { world.clock.advance(seconds: 15 * 86_400) }
            }
            for engine in [world.engine, try await world.reopened().engine] {
                var paged: [String] = []
                var before: RefusalPlace?
                repeat {
                    let page = try await engine.refusals(before: before, limit: 2)
                    paged += page.flatMap { $0.record.lines.map { "\($0.reason) \($0.count)" } }
                    before = page.last?.place
                } while before != nil
                #expect(paged == expected)
            }
            #expect(try await world.decisions().count == 21 * 15)
        }
    }

    @Test func countsAreBounded() throws {
        let counts = RefusalCounts()
        let now = TestClock.start
        for number in 0..<5000 { counts.count(.route("r\(number % 3000)"), "x\(number)", at: now) }
        let taken = try #require(counts.take())
        #expect(taken.counts.count == RefusalCounts.lineLimit)
        #expect(taken.counts.values.reduce(0, +) == 5000)
        #expect(counts.take() == nil && counts.pending == nil)
        #expect(counts.totals.count <= 257 && counts.totals.reduce(0) { $0 + $1.count } == 5000)
        for number in 0..<3000 {
            counts.count(.point(ObjectID(kind: .enforcementPoint, high: 0, low: UInt64(number))), "x", at: now)
        }
        counts.giveBack(taken)
        let both = try #require(counts.take())
        #expect(both.counts.count <= RefusalCounts.lineLimit && both.counts.values.reduce(0, +) == 8000)
        var firsts = 0
        for number in 0..<30_000 where counts.isFirst(Fingerprint(of: "\(number)"), at: now) { firsts += 1 }
        #expect(firsts == RefusalCounts.recordedLimit)
        #expect(counts.isFirst(Fingerprint(of: "1"), at: now.advanced(byMilliseconds: 60_000)))
        // The largest record is one that is read again.
        let record = RefusalRecord(at: now, rev: 7, both, previous: 12)
        let again = try RefusalRecord(stored: record.stored())
        #expect(again.stored() == record.stored() && again.lines == record.lines)
        #expect(throws: EngineError.self) { try RefusalRecord(stored: Array(record.stored().dropLast())) }
        #expect(throws: EngineError.self) { try RefusalRecord(stored: Array("{}".utf8)) }
    }

    @Test(arguments: [
        "", "evidence-1-202611", "evidence-1-202611/", "evidence-1-202611/-1", "control/1", "evidence-1-202611/01",
    ])
    func aPlaceIsReadStrictly(_ text: String) {
        #expect(RefusalPlace(text) == nil)
        #expect(RefusalPlace("evidence-1-202611/17")?.description == "evidence-1-202611/17")
    }
}
