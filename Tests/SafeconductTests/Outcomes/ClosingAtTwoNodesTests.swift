// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

/// A decision is closed once, whichever nodes are told.
@Suite struct ClosingAtTwoNodesTests {
    private func run(_ policies: String = permitAll, _ body: (World, World) async throws -> Void) async throws {
        try await World.run(policies: policies) { one async throws in
            let two = try await one.neighbour()
            try await body(one, two)
            try await two.proveEverything()
            two.store.inner.close()
        }
    }

    /// How many leaves say what came of decisions, at all nodes.
    private func closings(_ world: World) async throws -> [ObjectID] {
        try await world.engine.reading { engine in
            var found: [ObjectID] = []
            for case .evidence(let node, let month) in try engine.logs() {
                let log = try #require(try engine.log(.evidence(node: node, month: month)))
                for body in try log.leaves(0..<UInt64.max).compactMap(\.body)
                where EvidenceLeaf(stored: body)?.kind == EvidenceLeaf.outcome {
                    found.append(try OutcomeRecord(stored: body).decision)
                }
            }
            return found
        }
    }

    /// The other node is told while this one is about to write: both have looked and found the decision open.
    @Test(arguments: [(201, "outcome_differs"), (200, "repeated")])
    func theSecondOfTwoAtTheSameMomentFindsTheFirst(_ status: Int, _ word: String) async throws {
        try await run { one, two async throws in
            for teller in [one, two] {
                let decision = try await one.decided()
                let other = teller === one ? two : one
                let telling = teller.whileWriting { try await other.tell(decision, #"{"status":\#(status)}"#) }
                #expect(try await teller.tell(decision, #"{"status":200}"#) == "succeeded")
                #expect(try await telling() == word)
                #expect(try await closings(one).filter { $0 == decision }.count == 1)
                for world in [one, two] {
                    let stored = try #require(try await world.engine.decision(decision)?.outcome)
                    #expect(stored.record.report.status == 200)
                }
            }
        }
    }

    /// A call within a limit of bytes is debited for once, at the node that closed it.
    @Test func whatACallMovedIsChargedOnce() async throws {
        let policies =
            #"@remedy("limit:1000bytes/minute") permit (principal, action, resource) "#
            + #"when { context.met.contains("limit:1000bytes/minute") };"#
        try await run(policies) { one, two async throws in
            let decision = try await one.decided()
            let telling = one.whileWriting { try await two.tell(decision, #"{"bytes":1000}"#) }
            #expect(try await one.tell(decision, #"{"bytes":1000}"#) == "succeeded")
            #expect(try await telling() == "repeated")
            #expect(try await one.reason() == "limit_exceeded")
            // What the other node never closed costs nothing there.
            #expect(try await two.ask(.asserted("worker")).get().quotas.map(\.remaining) == [999])
        }
    }

    /// Reports of all kinds at both nodes at once: each decision has one leaf, and all agree which.
    @Test func manyAtBothCloseEachOnce() async throws {
        try await run { one, two async throws in
            var decisions: [ObjectID] = []
            for _ in 0..<20 { decisions += [try await one.decided(), try await two.decided()] }
            let all = decisions
            let answers = await withTaskGroup(of: [(ObjectID, Int64, String)].self) { group in
                for status in Int64(200)..<206 {
                    let world = status % 2 == 0 ? one : two
                    group.addTask {
                        guard let point = try? world.point() else { return [] }
                        var report = OutcomeReport()
                        report.status = status
                        let reports = all.shuffled().map { ReportedOutcome(decision: $0, report: report) }
                        let answers = await world.engine.report(reports, by: point)
                        return zip(reports, answers).map { ($0.decision, status, World.word($1)) }
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            #expect(answers.count == 6 * all.count)
            for decision in all {
                let own = answers.filter { $0.0 == decision }
                let winner = try #require(own.first { $0.2 == "succeeded" })
                #expect(own.filter { $0.2 == "outcome_differs" }.count == 5)
                for world in [one, two] {
                    let stored = try #require(try await world.engine.decision(decision)?.outcome)
                    #expect(stored.record.report.status == winner.1)
                }
            }
            #expect(try await closings(one).sorted() == all.sorted())
        }
    }

    /// A node that is stopped while it closes keeps others from closing, and from nothing else.
    @Test func whoKeepsTheTurnHoldsUpNoDecision() async throws {
        try await run { one, two async throws in
            let decision = try await one.decided()
            let release = DispatchSemaphore(value: 0)
            let (has, kept) = AsyncStream.makeStream(of: Void.self)
            let store = two.store
            Thread.detachNewThread {
                try? store.inTurn {
                    kept.finish()
                    release.wait()
                }
            }
            for await _ in has {}
            let telling = Task { try await one.tell(decision) }
            for _ in 0..<5 { #expect(try await one.reason() == "permitted") }
            #expect(try await one.state(of: decision) == .open)
            release.signal()
            var told = try await telling.value
            // On a busy machine it may have waited for its turn as long as anybody may; then it is told again.
            if told != "succeeded" { told = try await one.tell(decision) }
            #expect(told == "succeeded")
        }
    }

    @Test(arguments: ["cut", "hold", "retired"])
    func whatCameWithACredentialThatEndedElsewhereIsNotRecorded(_ end: String) async throws {
        try await run { one, two async throws in
            try World.done(await one.engine.issueBearer(to: "edge", kind: .enforcementPoint, by: one.local).outcome)
            two.engine.follower.follow()
            let edge = try one.point()
            let token = try #require(one.engine.view.state.credentials.sorted.first { $0.object.holder == edge }).object
                .id
            let decisions = [try await two.decided(), try await two.decided()]
            func tell(_ decision: ObjectID) async -> String {
                let reported = ReportedOutcome(decision: decision, report: OutcomeReport())
                return World.word(await two.engine.report([reported], by: edge, with: token)[0])
            }
            #expect(await tell(decisions[0]) == "succeeded")
            let scope = #"{"kind":"credential","id":"\#(token)"}"#
            switch end {
            case "cut": try await one.cut(scope)
            case "hold": _ = try await one.hold(scope)
            default: try World.done(await one.engine.retire(.enforcementPoint, "edge", by: one.local))
            }
            // Nobody polls here: two knows nothing of it until it is about to write.
            #expect(await tell(decisions[1]) == "point_gone")
            #expect(try await closings(one) == [decisions[0]])
        }
    }

    @Test func whoHearsNothingOfTheControlLogRecordsNothing() async throws {
        try await run { one, two async throws in
            let decision = try await two.decided()
            two.store.faults.head.withLock {
                $0 = { _ throws(StoreError) in throw StoreError(.busy, "as the test says") }
            }
            two.clock.advance(seconds: 3)
            #expect(try await two.tell(decision) == "!unavailable")
            two.store.faults.head.withLock { $0 = nil }
            #expect(try await two.tell(decision) == "succeeded")
        }
    }
}
