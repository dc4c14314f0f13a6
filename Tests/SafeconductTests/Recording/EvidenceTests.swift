// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Synchronization
import Testing
import TransparencyLog
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct EvidenceTests {
    @Test func everyAnswerHasALeafThatItsIDFinds() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let ids = try await withThrowingTaskGroup(of: ObjectID.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let subject: Question.SubjectClaim =
                            number.isMultiple(of: 3)
                            ? .token(try world.token()) : .asserted(number.isMultiple(of: 2) ? "worker" : "reader")
                        return try #require(try await world.ask(subject).get().id)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(ids.map(\.low)) == Set(0..<60))
            let found = try await world.decisions()
            #expect(Set(found.map(\.id)) == Set(ids))
            #expect(found.map(\.index) == (0..<60).reversed())
            // Another time, node or index names nothing.
            let id = try #require(ids.first)
            let strangers = [
                ObjectID.decision(at: id.time.advanced(byMilliseconds: 1), node: 1, index: id.low),
                .decision(at: id.time, node: 2, index: id.low), .decision(at: id.time, node: 1, index: 60),
                .decision(at: id.time, node: 1, index: .max),
                .decision(at: Timestamp(milliseconds: 0), node: 1, index: 0),
                ObjectID(kind: .decision, high: .max, low: .max), ObjectID(kind: .cut, high: id.high, low: id.low),
            ]
            for stranger in strangers { #expect(try await world.engine.decision(stranger) == nil, "\(stranger)") }
        }
    }

    @Test func pagesGoBackwards() async throws {
        try await World.run(policies: permitAll) { world async throws in
            for _ in 0..<7 { _ = try await world.reason() }
            world.clock.advance(seconds: 15 * 86_400)
            for _ in 0..<3 { _ = try await world.reason() }
            let all = try await world.decisions().map(\.id)
            #expect(all.count == 10)
            var paged: [ObjectID] = []
            var cursor: DecisionCursor?
            repeat {
                let page = try await world.engine.decisions(DecisionQuery(), after: cursor, limit: 4)
                #expect(page.decisions.count <= 4)
                paged += page.decisions.map(\.id)
                // As it travels between two requests.
                cursor = try page.next.map { try #require(DecisionCursor("\($0)")) }
            } while cursor != nil
            #expect(paged == all)
        }
    }

    @Test func withoutEvidenceThereIsNoAnswer() async throws {
        try await World.run(policies: permitAll) { world async throws in
            #expect(try await world.reason() == "permitted")
            world.store.faults.evidence.withLock { $0 = true }
            #expect(try await world.reason() == "?evidence_unavailable")
            // Who proved nothing is counted, and told so without the disk.
            #expect(try await world.reason("nobody") == "identity_unknown")
            // Commands go on: a cut waits for no evidence.
            try await world.cut(#"{"kind":"identity","id":"reader"}"#)
            world.store.faults.evidence.withLock { $0 = false }
            #expect(try await world.reason() == "permitted")
            #expect(try await world.decisions().count == 2)
        }
    }

    @Test func aBatchThatCrossesTheMonthGoesToBothLogs() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let end = try #require(Timestamp("2026-12-01T00:00:00Z"))
            let offsets: [Int64] = [-1, 0, -2, 1]
            let items = offsets.map { offset in
                let at = end.advanced(byMilliseconds: offset)
                var record = DecisionRecord(
                    at: at,
                    rev: 3,
                    point: ObjectID(kind: .enforcementPoint, high: 0, low: 0),
                    api: ObjectID(kind: .api, high: 0, low: 0),
                    outcome: .deny,
                    reason: "token_missing"
                )
                record.purpose = "p"
                return EvidenceWriter.Item(at: at, body: record.stored())
            }
            let indices = world.engine.evidence.commit(items).map { outcome in
                if case .written(let index) = outcome { Int(index) } else { -1 }
            }
            #expect(indices == [0, 0, 1, 1])
            #expect(try world.store.evidenceLogs().map(\.description) == ["evidence-1-202611", "evidence-1-202612"])
            #expect(try await world.decisions().map(\.index) == [1, 0, 1, 0])
        }
    }

    @Test func decisionsAtTheEndOfTheMonthAreFoundAndProvable() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let end = try #require(Timestamp("2026-12-01T00:00:00Z"))
            world.clock.advance(milliseconds: end.milliseconds - world.clock.now.milliseconds - 1)
            let last = try await world.ask(.asserted("worker")).get()
            world.clock.advance(milliseconds: 1)
            let first = try await world.ask(.asserted("worker")).get()
            #expect(last.log == "evidence-1-202611" && first.log == "evidence-1-202612")
            let (lastID, firstID) = (try #require(last.id), try #require(first.id))
            #expect(lastID < firstID)
        }
    }

    @Test func evidenceIsAnchoredInTheControlLog() async throws {
        try await World.run(policies: permitAll) { world async throws in
            func anchors() -> [UInt64] { world.engine.view.state.anchors.map(\.size) }
            await world.engine.anchorEvidence()
            #expect(anchors().isEmpty)
            for _ in 0..<3 { _ = try await world.reason() }
            await world.engine.anchorEvidence()
            #expect(anchors() == [3])
            let size = world.engine.view.state.size
            await world.engine.anchorEvidence()
            #expect(world.engine.view.state.size == size)
            _ = try await world.reason()
            await world.engine.anchorEvidence()
            #expect(anchors() == [4])
            let name = LogName.evidence(node: 1, month: 202_611)
            let head = try #require(try world.engine.log(name)?.head())
            let anchor = try #require(world.engine.view.state.anchors.first)
            #expect(anchor.origin == world.engine.origin(of: name))
            #expect(anchor.root == head.root.base64)
        }
    }

    @Test func whatWasWrittenBeforeAStopIsAnchoredAfterTheStart() async throws {
        try await World.run(policies: permitAll) { world async throws in
            _ = try await world.reason()
            world.clock.advance(seconds: 30 * 86_400 - 60)
            let again = try await world.reopened()
            await again.engine.anchorEvidence()
            #expect(again.engine.view.state.anchors.map(\.size) == [1])
        }
    }

    @Test func recordsComeBackAsTheyWere() throws {
        var record = DecisionRecord(
            at: TestClock.start,
            rev: 7,
            point: ObjectID(kind: .enforcementPoint, high: 1, low: 2),
            api: ObjectID(kind: .api, high: 3, low: 4),
            outcome: .limit,
            reason: "permitted"
        )
        record.identity = ObjectID(kind: .identity, high: 5, low: 6)
        record.operation = "show"
        record.determining = (0..<20_000).map {
            "policy-with-a-rather-long-name-\($0)-\(String(repeating: "x", count: 60))"
        }
        record.remedies = ["limit:1/day"]
        record.met = ["limit:1/day"]
        record.attributes = SealedText(key: "k", box: "b")
        record.withheld = "w"
        let stored = record.stored()
        // A record with many policies is larger than a request may be.
        #expect(stored.count > 1 << 20)
        #expect(try DecisionRecord(stored: stored).stored() == stored)
        #expect(throws: EngineError.self) { try DecisionRecord(stored: Array("{}".utf8)) }
        #expect(throws: EngineError.self) { try DecisionRecord(stored: stored.dropLast()) }
    }

    /// Replaying is worth something only if it can fail.
    @Test func aRecordWithAnotherAnswerDoesNotReplay() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decision = try await world.ask(.asserted("worker")).get()
            let id = try #require(decision.id)
            let stored = try #require(try await world.engine.decision(id))
            let changes: [(inout DecisionRecord) -> Void] = [
                { $0.outcome = .deny }, { $0.reason = "forbidden" }, { $0.determining = [] }, { $0.failures = ["x"] },
                { $0.remedies = ["limit:1/day"] },
            ]
            for change in changes {
                var record = stored.record
                change(&record)
                let forged = StoredDecision(
                    id: stored.id,
                    log: stored.log,
                    index: stored.index,
                    leaf: stored.leaf,
                    record: record
                )
                #expect(try await !world.engine.replay(forged).identical)
            }
        }
    }
}
