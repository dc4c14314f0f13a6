// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

@testable import Safeconduct

@Suite struct RateLimitTests {
    private func key(_ number: UInt64) -> RateLimits.Key {
        RateLimits.Key(
            policies: ObjectID(kind: .policySet, high: 0, low: 0),
            limit: "p limit",
            identity: ObjectID(kind: .identity, high: 0, low: number)
        )
    }

    private func wanted(_ count: Int64, _ window: Int64, _ number: UInt64 = 1) -> RateLimits.Wanted {
        RateLimits.Wanted(key: key(number), count: count, window: window)
    }

    /// Whatever the rhythm of the calls: no window lets more than twice the limit through, ten windows no more than
    /// eleven times, and whoever waits as told gets in.
    @Test func noRhythmGetsMoreThanTheBound() {
        var generator = SplitMix(seed: .random(in: 0 ... .max))
        let seed = generator.seed
        for _ in 0..<150 {
            let limits = RateLimits()
            let count = Int64.random(in: 1...20, using: &generator)
            let windows: [Int64] = [1000, 60_000, 3_600_000]
            let window = windows.randomElement(using: &generator) ?? 1000
            var now = TestClock.start
            var taken: [Int64] = []
            for _ in 0..<300 {
                switch limits.take([wanted(count, window)], at: now) {
                case .taken(let remaining):
                    taken.append(now.milliseconds)
                    #expect((0..<count).contains(remaining), "seed \(seed)")
                case .empty(let retryAfter):
                    #expect((1...window + 1000).contains(retryAfter), "seed \(seed)")
                    if Bool.random(using: &generator) {
                        if retryAfter > 1 {
                            let early = now.advanced(byMilliseconds: retryAfter - 1)
                            #expect(
                                limits.take([wanted(count, window)], at: early) == .empty(retryAfter: 1),
                                "seed \(seed)"
                            )
                        }
                        now = now.advanced(byMilliseconds: retryAfter)
                        if case .empty = limits.take([wanted(count, window)], at: now) { Issue.record("seed \(seed)") }
                        taken.append(now.milliseconds)
                    }
                }
                // Now and then a time comes out of order.
                let step = Int64.random(in: -2...(window / count), using: &generator)
                now = now.advanced(byMilliseconds: Bool.random(using: &generator) ? step : 0)
            }
            for (index, first) in taken.enumerated() {
                let inOne = taken[index...].count { $0 - first < window }
                #expect(Int64(inOne) <= 2 * count, "seed \(seed)")
                let inTen = taken[index...].count { $0 - first < 10 * window }
                #expect(Int64(inTen) <= 11 * count, "seed \(seed)")
            }
        }
    }

    @Test func theLargestLimitDoesNotOverflow() {
        let limits = RateLimits()
        let (count, window): (Int64, Int64) = (1_000_000_000, 86_400_000)
        #expect(limits.take([wanted(count, window)], at: TestClock.start) == .taken(remaining: count - 1))
        let far = TestClock.start.advanced(byMilliseconds: .max / 2)
        #expect(limits.take([wanted(count, window)], at: far) == .taken(remaining: count - 1))
        #expect(limits.take([wanted(1, window, 2)], at: far) == .taken(remaining: 0))
        #expect(limits.take([wanted(1, window, 2)], at: far) == .empty(retryAfter: window))
    }

    @Test func aFullTableRefusesStrangersAndForgetsTheIdle() {
        let limits = RateLimits(limit: 10)
        for number in 0..<10 {
            #expect(limits.take([wanted(5, 1000, UInt64(number))], at: TestClock.start) == .taken(remaining: 4))
        }
        #expect(limits.take([wanted(5, 1000, 10)], at: TestClock.start) == .empty(retryAfter: 60_000))
        // Whoever has a bucket is not bothered.
        #expect(limits.take([wanted(5, 1000, 3)], at: TestClock.start) == .taken(remaining: 3))
        let later = TestClock.start.advanced(byMilliseconds: 86_400_000)
        #expect(limits.take([wanted(5, 1000, 10)], at: later) == .taken(remaining: 4))
    }

    @Test func manyTasksTakeExactlyWhatThereIs() async {
        let limits = RateLimits()
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<400 {
                group.addTask {
                    if case .taken = limits.take([self.wanted(100, 60_000)], at: TestClock.start) {
                        true
                    } else {
                        false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 100)
    }
}

/// Random numbers that a printed seed brings back.
struct SplitMix: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
