// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct TrustClockTests {
    private func reading(_ wall: Int64, _ monotonic: Int64) -> TrustClock.Reading {
        TrustClock.Reading(wall: Timestamp(milliseconds: wall), monotonic: monotonic)
    }

    private let early = Timestamp(milliseconds: 0)

    @Test func followsTheWall() {
        var clock = TrustClock(reading: reading(1000, 0), head: early)
        #expect(clock.now(reading(1500, 500), head: early).milliseconds == 1500)
        #expect(clock.now(reading(9000, 8000), head: early).milliseconds == 9000)
        #expect(!clock.jumped)
    }

    @Test func headAndMonotonicHoldItUp() {
        var clock = TrustClock(reading: reading(1000, 0), head: Timestamp(milliseconds: 50_000))
        #expect(clock.now(reading(1100, 100), head: early).milliseconds == 50_100)
        #expect(clock.now(reading(1200, 200), head: Timestamp(milliseconds: 60_000)).milliseconds == 60_000)
        #expect(clock.now(reading(1300, 300), head: early).milliseconds == 60_100)
        #expect(!clock.jumped)
    }

    @Test func wallBackwardsChangesNothing() {
        var clock = TrustClock(reading: reading(10_000, 0), head: early)
        #expect(clock.now(reading(6000, 1000), head: early).milliseconds == 11_000)
        #expect(!clock.jumped)
    }

    @Test(arguments: [(5000, false), (5001, true), (-5000, false), (-5001, true)] as [(Int64, Bool)])
    func jump(by milliseconds: Int64, isOne: Bool) {
        var clock = TrustClock(reading: reading(100_000, 0), head: early)
        _ = clock.now(reading(100_000 + 10 + milliseconds, 10), head: early)
        #expect(clock.jumped == isOne)
        _ = clock.now(reading(100_020, 20), head: early)
        #expect(clock.jumped == isOne)
    }

    @Test func smallStepsAddUp() {
        var clock = TrustClock(reading: reading(0, 0), head: early)
        for step in 1...3 as ClosedRange<Int64> { _ = clock.now(reading(step * 2000, step), head: early) }
        #expect(clock.jumped)
    }

    @Test func slowDriftIsNoJump() {
        // 500 parts in a million, the most that clock discipline slews, for a day.
        var clock = TrustClock(reading: reading(0, 0), head: early)
        for second in stride(from: 0, to: 86_400, by: 30) as StrideTo<Int64> {
            _ = clock.now(reading(second * 1000 + second / 2, second * 1000), head: early)
        }
        #expect(!clock.jumped)
    }

    /// Two threads read the machine's clocks and come in the other order: no time may count twice.
    @Test func readingsOutOfOrder() {
        var clock = TrustClock(reading: reading(0, 0), head: Timestamp(milliseconds: 1_000_000))
        for step in 1...1000 as ClosedRange<Int64> {
            _ = clock.now(reading(step * 10 + 5, step * 10 + 5), head: early)
            _ = clock.now(reading(step * 10, step * 10), head: early)
        }
        #expect(clock.now(reading(10_010, 10_010), head: early).milliseconds == 1_010_010)
        #expect(!clock.jumped)
    }

    @Test(arguments: Seeds.some(3))
    func neverBackwards(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func any() -> Int64 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: Int64.random(in: .min ... .max, using: &random)
            case 1: [.min, .max, -1, 0][Int.random(in: 0..<4, using: &random)]
            default: Int64.random(in: 0...1_000_000, using: &random)
            }
        }
        var clock = TrustClock(reading: reading(any(), any()), head: Timestamp(milliseconds: any()))
        var last = Timestamp(milliseconds: .min)
        for _ in 0..<500 {
            let head = Timestamp(milliseconds: any())
            let now = clock.now(reading(any(), any()), head: head)
            #expect(now >= last && now >= head)
            last = now
        }
    }
}
