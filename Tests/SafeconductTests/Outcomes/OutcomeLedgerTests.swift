// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

@Suite struct OutcomeLedgerTests {
    /// Against a list of all decisions, in random order of events.
    @Test func itCountsWhatAListOfDecisionsWould() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let window: Int64 = 5000
        var now = TestClock.start
        let ledger = OutcomeLedger(started: now)
        var open: [Timestamp] = []
        var unknown: [Timestamp] = []
        var overdue = 0
        for _ in 0..<3000 {
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                // What one request asked, decided before and after the end of a second.
                let times = (0..<Int.random(in: 0...3, using: &generator)).map {
                    now.advanced(byMilliseconds: Int64($0) * 400)
                }
                ledger.opened(times)
                open += times
            case 2:
                guard let index = open.indices.randomElement(using: &generator) else { continue }
                ledger.told(decidedAt: open.remove(at: index))
            case 3:
                guard let index = unknown.indices.randomElement(using: &generator) else { continue }
                ledger.told(decidedAt: unknown.remove(at: index))
                overdue += 1
            default:
                now = now.advanced(byMilliseconds: Int64.random(in: 0...2500, using: &generator))
                let until = now.advanced(byMilliseconds: -window)
                for second in ledger.due(before: until) { ledger.settle(second, elsewhere: 0) }
                let isDue = { (time: Timestamp) in (time.milliseconds / 1000 + 1) * 1000 <= until.milliseconds }
                unknown += open.filter(isDue)
                open.removeAll(where: isDue)
            }
            #expect(ledger.open == Int64(open.count), "seed \(seed)")
            #expect(ledger.unknown - ledger.overdue == Int64(unknown.count), "seed \(seed)")
            #expect(ledger.overdue == Int64(overdue), "seed \(seed)")
        }
    }

    @Test func whatOtherNodesWereToldIsNotUnknown() {
        let ledger = OutcomeLedger(started: TestClock.start)
        ledger.opened(Array(repeating: TestClock.start, count: 5))
        let due = ledger.due(before: TestClock.start.advanced(byMilliseconds: 1000))
        #expect(due == [TestClock.start.milliseconds / 1000])
        ledger.settle(due[0], elsewhere: 3)
        #expect(ledger.unknown == 2 && ledger.open == 0)
        ledger.settle(due[0], elsewhere: 9)
        #expect(ledger.unknown == 2)
    }

    @Test func decisionsOfAnEarlierProcessAreNotOverdue() {
        let ledger = OutcomeLedger(started: TestClock.start)
        ledger.told(decidedAt: TestClock.start.advanced(byMilliseconds: -60_000))
        #expect(ledger.overdue == 0 && ledger.open == 0 && ledger.unknown == 0)
    }

    @Test func theEngineCountsWhatNobodyToldInTime() async throws {
        try await World.run(policies: permitAll) { world async throws in
            let decisions = [try await world.decided(), try await world.decided(), try await world.decided()]
            _ = try await world.ask(.asserted("nobody"))
            #expect(world.engine.outcomeCounts == (3, 0, 0))
            #expect(try await world.tell(decisions[0]) == "succeeded")
            world.clock.advance(seconds: 290)
            await world.engine.settleOutcomes()
            #expect(world.engine.outcomeCounts == (2, 0, 0))
            #expect(try await world.state(of: decisions[1]) == .open)
            world.clock.advance(seconds: 12)
            await world.engine.settleOutcomes()
            #expect(world.engine.outcomeCounts == (0, 2, 0))
            #expect(try await world.state(of: decisions[1]) == .unknown)
            #expect(try await world.tell(decisions[1]) == "succeeded")
            #expect(world.engine.outcomeCounts == (0, 2, 1))
            #expect(try await world.state(of: decisions[1]) == .reported)
        }
    }
}

private func == (left: (open: Int64, unknown: Int64, overdue: Int64), right: (Int64, Int64, Int64)) -> Bool {
    left.open == right.0 && left.unknown == right.1 && left.overdue == right.2
}

extension OutcomeLedger {
    fileprivate func opened(_ times: [Timestamp]) {
        var opening = Opening()
        for time in times { opening.add(time) }
        opened(opening)
    }
}
