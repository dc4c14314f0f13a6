// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Safeconduct

/// How many outbound calls run at once, and who is next.
@Suite(.timeLimit(.minutes(5))) struct OutboundTurnsTests {
    private func turns(total: Int, perHost: Int, waiting: Int) -> OutboundTurns {
        var limits = OutboundLimits()
        limits.exchanges = total
        limits.exchangesPerHost = perHost
        limits.waiting = waiting
        return OutboundTurns(limits: limits)
    }

    private func waitUntil(_ turns: OutboundTurns, waiting: Int) async {
        while turns.load.waiting != waiting { await Task.yield() }
    }

    @Test func fullHostHoldsUpOnlyItself() async throws {
        let turns = turns(total: 3, perHost: 1, waiting: 8)
        try await turns.begin("slow").get()
        let second = Task { await turns.begin("slow") }
        await waitUntil(turns, waiting: 1)
        try await turns.begin("quick").get()
        turns.end("quick")
        #expect(turns.load == (1, 1))
        turns.end("slow")
        try await second.value.get()
        turns.end("slow")
        #expect(turns.load == (0, 0))
    }

    @Test func firstComeFirstServed() async throws {
        let turns = turns(total: 1, perHost: 1, waiting: 8)
        try await turns.begin("a").get()
        let order = OrderLog()
        var tasks: [Task<Void, Never>] = []
        for number in 0..<5 {
            tasks.append(
                Task {
                    _ = await turns.begin("host \(number)")
                    await order.add(number)
                    turns.end("host \(number)")
                }
            )
            await waitUntil(turns, waiting: number + 1)
        }
        turns.end("a")
        for task in tasks { await task.value }
        #expect(await order.numbers == [0, 1, 2, 3, 4])
        #expect(turns.load == (0, 0))
    }

    @Test func lineIsBounded() async throws {
        let turns = turns(total: 1, perHost: 1, waiting: 1)
        try await turns.begin("a").get()
        let waiting = Task { await turns.begin("a") }
        await waitUntil(turns, waiting: 1)
        guard case .failure(let failure) = await turns.begin("b") else {
            Issue.record("the line has no end")
            return
        }
        #expect(failure.code == .busy)
        waiting.cancel()
        guard case .failure(let cancelled) = await waiting.value else {
            Issue.record("a cancelled caller got a turn")
            return
        }
        #expect(cancelled.code == .cancelled)
        turns.end("a")
        #expect(turns.load == (0, 0))
    }

    @Test func turnOfOneWhoLeavesGoesToTheNext() async throws {
        let turns = turns(total: 1, perHost: 1, waiting: 8)
        for _ in 0..<200 {
            try await turns.begin("a").get()
            let leaving = Task { await turns.begin("a") }
            await waitUntil(turns, waiting: 1)
            let next = Task { await turns.begin("a") }
            await waitUntil(turns, waiting: 2)
            // The turn ends before the one who was cancelled has come to leaving the line.
            leaving.cancel()
            turns.end("a")
            // Or before it has come to waiting: then it has the turn and, like anybody, gives it back.
            if case .success = await leaving.value { turns.end("a") }
            try await next.value.get()
            #expect(turns.load == (1, 0))
            turns.end("a")
        }
    }

    /// Whatever order callers come, are cancelled and end in: no bound is broken and no turn is lost.
    @Test func noTurnIsLost() async throws {
        let turns = turns(total: 4, perHost: 2, waiting: 10_000)
        let order = OrderLog()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let host = "host \(number % 5)"
                    let call = Task {
                        guard case .success = await turns.begin(host) else { return }
                        if turns.load.underWay > 4 { await order.add(number) }
                        await Task.yield()
                        turns.end(host)
                    }
                    if number % 3 == 0 { call.cancel() }
                    await call.value
                }
            }
        }
        #expect(await order.numbers.isEmpty, "more than allowed were under way")
        #expect(turns.load == (0, 0))
    }
}

private actor OrderLog {
    private(set) var numbers: [Int] = []
    func add(_ number: Int) { numbers.append(number) }
}
