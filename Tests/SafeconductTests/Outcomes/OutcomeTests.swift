// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Synchronization
import Testing
import TrustModel
import TrustStore

@testable import Safeconduct

@Suite struct OutcomeTests {
    private static let denyCreation = """
        permit (principal, action, resource);
        @id("no-creation") forbid (principal, action == Action::"write", resource);
        """

    @Test(arguments: [
        (#"{"status":200,"bytes":512,"latency_ms":12}"#, "succeeded", OutcomeState.reported),
        ("{}", "succeeded", .reported), (#"{"status":404}"#, "rejected", .reported),
        (#"{"status":503}"#, "failed", .failed), (#"{"error":"upstream_timeout"}"#, "failed", .failed),
        (#"{"passed":false}"#, "stopped", .reported), (#"{"passed":true,"rows":0}"#, "succeeded", .reported),
    ])
    func aPermittedCallIsClosedOnce(_ report: String, _ result: String, _ state: OutcomeState) async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decision = try await world.decided()
            #expect(try await world.state(of: decision) == .open)
            #expect(world.engine.outcomeCounts.open == 1)
            #expect(try await world.tell(decision, report) == result)
            #expect(try await world.state(of: decision) == state)
            #expect(world.engine.outcomeCounts.open == 0)
            #expect(try await world.tell(decision, report) == "repeated")
            #expect(try await world.tell(decision, #"{"status":418}"#) == "outcome_differs")
            let log = try #require(try world.engine.log(.evidence(node: 1, month: 202_611)))
            #expect(try log.head().size == 2)
        }
    }

    @Test(arguments: [
        (#"{"status":403,"passed":false}"#, "stopped", OutcomeState.reported), ("{}", "stopped", .reported),
        (#"{"status":403}"#, "stopped", .reported), (#"{"status":503,"error":"UAEX"}"#, "stopped", .reported),
        (#"{"passed":true}"#, "succeeded, not enforced", .contradicting),
        (#"{"status":200}"#, "succeeded, not enforced", .contradicting),
        (#"{"status":500,"passed":true}"#, "failed, not enforced", .contradicting),
    ])
    func ofADeniedCallItIsToldWhetherItWasStopped(
        _ report: String,
        _ result: String,
        _ state: OutcomeState
    ) async throws {
        try await World.run(policies: Self.denyCreation) { world async throws in
            let decision = try await world.decided("worker", "create")
            #expect(try await world.state(of: decision) == nil)
            #expect(world.engine.outcomeCounts.open == 0)
            #expect(try await world.tell(decision, report) == result)
            #expect(try await world.state(of: decision) == state)
        }
    }

    @Test func theLeafHoldsWhatWasTold() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decision = try await world.decided()
            world.clock.advance(seconds: 2)
            let report =
                #"{"passed":true,"status":206,"bytes":9223372036854775807,"rows":0,"amount":7,"latency_ms":3,"#
                + #""data_class":"internal","error":"client_reset"}"#
            #expect(try await world.tell(decision, report) == "failed")
            let log = try #require(try world.engine.log(.evidence(node: 1, month: 202_611)))
            let body = try #require(try log.leaves(1..<2).first?.body)
            let (point, rev) = (try world.point(), try #require(world.engine.view.state.rev))
            let expected =
                #"{"v":1,"kind":"outcome","at":"\#(world.clock.now)","rev":\#(rev),"pep":"\#(point)","#
                + #""decision":"\#(decision)","enforced":true,"# + report.dropFirst()
            #expect(String(decoding: body, as: UTF8.self) == expected)
            #expect(try OutcomeRecord(stored: body).stored() == body)
            #expect(throws: EngineError.self) { try OutcomeRecord(stored: body.dropLast()) }
            #expect(throws: EngineError.self) { try OutcomeRecord(stored: Array("{}".utf8)) }
        }
    }

    @Test func onlyThePointThatAskedMayTell() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let other = #"{"apis":["orders"],"subjects":["asserted"],\#(World.custody)}"#
            try await world.put(.enforcementPoint, "other", other)
            let decision = try await world.decided()
            #expect(try await world.tell(decision, as: "other") == "not_own")
            #expect(try await world.tell(decision) == "succeeded")
            #expect(try await world.tell(decision, as: "other") == "not_own")
        }
    }

    @Test func whatIsNoDecisionIsNotClosed() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decision = try await world.decided()
            #expect(try await world.tell(decision) == "succeeded")
            let strangers = [
                ObjectID.decision(at: decision.time.advanced(byMilliseconds: 1), node: 1, index: 0),
                .decision(at: decision.time, node: 2, index: 0), .decision(at: decision.time, node: 0, index: 0),
                // The leaf of the outcome itself, the one after the end, and numbers that no log reaches.
                .decision(at: decision.time, node: 1, index: 1), .decision(at: decision.time, node: 1, index: 2),
                .decision(at: decision.time, node: 1, index: 1 << 63),
                .decision(at: decision.time, node: 1, index: .max),
                .decision(at: Timestamp(milliseconds: 0), node: 1, index: 0),
                ObjectID(kind: .decision, high: .max, low: .max), ObjectID(kind: .decision, high: 0, low: 0),
                ObjectID(kind: .identity, high: decision.high, low: decision.low),
            ]
            for stranger in strangers { #expect(try await world.tell(stranger) == "not_found", "\(stranger)") }
            #expect(try await world.decisions().map(\.id) == [decision])
        }
    }

    @Test func afterAnHourItIsTooLate() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let (first, second) = (try await world.decided(), try await world.decided())
            world.clock.advance(seconds: 3600)
            #expect(try await world.tell(first) == "succeeded")
            world.clock.advance(milliseconds: 1)
            #expect(try await world.tell(second) == "outcome_late")
            // Whoever got no answer the first time may ask again at any time.
            #expect(try await world.tell(first) == "repeated")
        }
    }

    @Test func aDecisionOfLastMonthIsClosedInThisOne() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let end = try #require(Timestamp("2026-12-01T00:00:00Z"))
            world.clock.advance(milliseconds: end.milliseconds - world.clock.now.milliseconds - 1)
            let decision = try await world.decided()
            world.clock.advance(seconds: 60)
            #expect(try await world.tell(decision, #"{"status":200}"#) == "succeeded")
            #expect(try await world.tell(decision, #"{"status":200}"#) == "repeated")
            #expect(try await world.tell(decision, #"{"status":201}"#) == "outcome_differs")
            #expect(try await world.state(of: decision) == .reported)
            let logs = try world.store.evidenceLogs()
            #expect(logs == [.evidence(node: 1, month: 202_611), .evidence(node: 1, month: 202_612)])
        }
    }

    @Test func withoutEvidenceNothingIsClosed() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decision = try await world.decided()
            world.store.faults.evidence.withLock { $0 = true }
            #expect(try await world.tell(decision) == "!unavailable")
            #expect(world.engine.outcomeCounts.open == 1)
            world.store.faults.evidence.withLock { $0 = false }
            #expect(try await world.tell(decision) == "succeeded")
        }
    }

    /// Reports of all kinds at the same moment from many tasks: each decision is closed exactly once, by the content
    /// that every later reader sees.
    @Test func manyAtOnceCloseEachDecisionOnce() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decisions = try await withThrowingTaskGroup(of: ObjectID.self) { group in
                for _ in 0..<40 { group.addTask { try await world.decided() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let point = try world.point()
            let answers = await withTaskGroup(of: [(ObjectID, Int64, String)].self) { group in
                for status in Int64(200)..<204 {
                    group.addTask {
                        var report = OutcomeReport()
                        report.status = status
                        // Each of them twice in one batch, too.
                        let reports = (decisions + decisions.reversed()).map {
                            ReportedOutcome(decision: $0, report: report)
                        }
                        let answers = await world.engine.report(reports, by: point)
                        return zip(reports, answers).map { ($0.decision, status, World.word($1)) }
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            #expect(answers.count == 40 * 2 * 4)
            for decision in decisions {
                let own = answers.filter { $0.0 == decision }
                let winner = try #require(own.first { $0.2 == "succeeded" })
                #expect(own.filter { $0.2 == "succeeded" }.count == 1)
                #expect(
                    own.allSatisfy {
                        $0.2 == "succeeded" || $0.2 == ($0.1 == winner.1 ? "repeated" : "outcome_differs")
                    }
                )
                let stored = try #require(try await world.engine.decision(decision)?.outcome)
                #expect(stored.record.report.status == winner.1)
            }
            #expect(world.engine.outcomeCounts.open == 0)
            let log = try #require(try world.engine.log(.evidence(node: 1, month: 202_611)))
            #expect(try log.head().size == 80)
        }
    }

    @Test func theIndexIsMadeAnewFromTheLeaves() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decisions = [try await world.decided(), try await world.decided(), try await world.decided()]
            #expect(try await world.tell(decisions[0], #"{"status":500}"#) == "failed")
            #expect(try await world.tell(decisions[2]) == "succeeded")
            let name = LogName.evidence(node: 1, month: 202_611)
            let log = try #require(try world.engine.log(name))
            #expect(try log.remark { _ in nil } == 0)
            #expect(try await world.state(of: decisions[0]) == .open)
            // As the next start does, or whoever puts a log back without its index.
            try OutcomeMark.mend(log)
            #expect(try await world.state(of: decisions[0]) == .failed)
            #expect(try await world.state(of: decisions[1]) == .open)
            #expect(try await world.state(of: decisions[2]) == .reported)
            #expect(try log.marked(decisions.map { OutcomeMark.key(of: $0) }) == [3, nil, 4])
        }
    }
}
