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

    private func limit(_ count: Int64, _ window: Int64, _ measure: RateLimit.Measure = .calls) -> RateLimit {
        RateLimit(count: count, window: window, measure: measure, name: "\(count)/\(window)")
    }

    private func wanted(
        _ count: Int64,
        _ window: Int64,
        _ number: UInt64 = 1,
        units: Int64 = 1
    ) -> RateLimits.Wanted {
        RateLimits.Wanted(key: key(number), limit: limit(count, window), quantity: units * RateLimits.scale)
    }

    /// Whatever the rhythm of the calls: no window lets more than twice the limit through, ten windows no more than
    /// eleven times, and whoever waits as told gets in.
    @Test func noRhythmGetsMoreThanTheBound() {
        var generator = SeededGenerator()
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
                case .taken(let quotas):
                    taken.append(now.milliseconds)
                    #expect(quotas.allSatisfy { (0..<count).contains($0.remaining) }, "seed \(seed)")
                    #expect(quotas.allSatisfy { (1...window + 1000).contains($0.reset) }, "seed \(seed)")
                case .empty(nil, _): Issue.record("one token always fits, seed \(seed)")
                case .empty(let retryAfter?, _):
                    #expect((1...window + 1000).contains(retryAfter), "seed \(seed)")
                    if Bool.random(using: &generator) {
                        if retryAfter > 1 {
                            let early = now.advanced(byMilliseconds: retryAfter - 1)
                            #expect(
                                limits.take([wanted(count, window)], at: early).retryAfter == 1,
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
        #expect(limits.take([wanted(count, window)], at: TestClock.start).remaining == count - 1)
        let far = TestClock.start.advanced(byMilliseconds: .max / 2)
        #expect(limits.take([wanted(count, window)], at: far).remaining == count - 1)
        #expect(limits.take([wanted(1, window, 2)], at: far).remaining == 0)
        #expect(limits.take([wanted(1, window, 2)], at: far).retryAfter == window)
    }

    @Test func aFullTableRefusesStrangersAndForgetsTheIdle() {
        let limits = RateLimits(limit: 10)
        for number in 0..<10 {
            #expect(limits.take([wanted(5, 1000, UInt64(number))], at: TestClock.start).remaining == 4)
        }
        #expect(limits.take([wanted(5, 1000, 10)], at: TestClock.start).retryAfter == 60_000)
        // Whoever has a bucket is not bothered.
        #expect(limits.take([wanted(5, 1000, 3)], at: TestClock.start).remaining == 3)
        let later = TestClock.start.advanced(byMilliseconds: 86_400_000)
        #expect(limits.take([wanted(5, 1000, 10)], at: later).remaining == 4)
    }

    /// Bytes are known afterwards: whatever calls move and whenever that is reported, in any window no more is admitted
    /// than twice the limit and what was in flight at the window's last admission.
    @Test func whatIsKnownAfterwardsIsBoundedToo() {
        var generator = SeededGenerator()
        let seed = generator.seed
        for _ in 0..<60 {
            let limits = RateLimits()
            let (count, window): (Int64, Int64) = (.random(in: 10...5000, using: &generator), 60_000)
            let bytes = limit(count, window, .bytes)
            let want = RateLimits.Wanted(key: key(1), limit: bytes, quantity: RateLimits.scale)
            var now = TestClock.start
            var calls: [(at: Int64, size: Int64, reported: Int64?)] = []
            for _ in 0..<250 {
                if case .taken = limits.take([want], at: now) {
                    calls.append((now.milliseconds, .random(in: 1...(count * 2), using: &generator), nil))
                }
                for index in calls.indices where calls[index].reported == nil {
                    guard Int.random(in: 0..<3, using: &generator) == 0 else { continue }
                    limits.charge(key(1), bytes, units: calls[index].size - 1, at: now)
                    calls[index].reported = now.milliseconds
                }
                now = now.advanced(byMilliseconds: .random(in: 1...(window / 4), using: &generator))
            }
            for first in calls {
                let inside = calls.filter { (0..<window).contains($0.at - first.at) }
                let last = inside.map(\.at).max() ?? first.at
                let known = inside.filter { ($0.reported ?? .max) < last }.reduce(0) { $0 + $1.size }
                #expect(known <= 2 * count + 1, "seed \(seed)")
            }
            #expect(calls.count > 1, "seed \(seed)")
        }
    }

    @Test func aWrongReportSilencesForTenWindowsAtMost() {
        let limits = RateLimits()
        let bytes = limit(100, 1000, .bytes)
        let want = RateLimits.Wanted(key: key(1), limit: bytes, quantity: RateLimits.scale)
        #expect(limits.take([want], at: TestClock.start).remaining == 99)
        limits.charge(key(1), bytes, units: .max, at: TestClock.start)
        let wait = limits.take([want], at: TestClock.start).retryAfter
        #expect(wait == 10_010)
        let then = TestClock.start.advanced(byMilliseconds: wait ?? 0)
        #expect(limits.take([want], at: then).remaining == 0)
        limits.charge(key(1), bytes, units: 0, at: then)
        limits.charge(key(1), bytes, units: -5, at: then)
        #expect(limits.take([want], at: then).retryAfter == 10)
    }

    @Test func anAmountThatNeverFitsHasNoTimeToWait() {
        let limits = RateLimits()
        #expect(
            limits.take([wanted(5, 1000, units: 6)], at: TestClock.start)
                == .empty(
                    retryAfter: nil,
                    [Quota(limit: limit(5, 1000), remaining: 5, reset: 0)]
                )
        )
        #expect(limits.take([wanted(5, 1000, units: 5)], at: TestClock.start).remaining == 0)
        #expect(limits.take([wanted(5, 1000, units: 0)], at: TestClock.start).remaining == 0)
        #expect(limits.take([wanted(5, 1000, units: 2)], at: TestClock.start).retryAfter == 400)
        let far = RateLimits.Wanted(key: key(2), limit: limit(5, 1000), quantity: .max)
        #expect(limits.take([far], at: TestClock.start).retryAfter == nil)
    }

    /// N nodes have N buckets.
    @Test func eachNodeAdmitsAsMuch() {
        let nodes = (0..<3).map { _ in RateLimits() }
        var admitted = 0
        for turn in 0..<60 {
            if nodes[turn % 3].take([wanted(10, 86_400_000)], at: TestClock.start).remaining != nil { admitted += 1 }
        }
        #expect(admitted == 30)
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

extension RateLimits.Answer {
    /// What is left in the bucket that has least; nil when nothing was given.
    var remaining: Int64? {
        if case .taken(let quotas) = self { quotas.map(\.remaining).min() } else { nil }
    }

    /// When to come again; nil when something was given, or never will be.
    var retryAfter: Int64? {
        if case .empty(let retryAfter, _) = self { retryAfter } else { nil }
    }
}
