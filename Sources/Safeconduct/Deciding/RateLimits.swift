// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TrustModel

/// The buckets that limits are met from: one for each policy set, policy, identity and limit.
///
/// A bucket holds at most `n` and refills evenly. So whatever the rhythm of the calls, one node admits at most `2n` in
/// any window: what the bucket held at its beginning and what flowed in. Of bytes and rows, which are known only
/// afterwards, come those of the calls in flight at the window's last admission. Buckets are in memory: N nodes admit N
/// times as much, and a restart or another policy set begins with full ones.
final class RateLimits: Sendable {
    struct Key: Hashable {
        let policies: ObjectID
        /// The policy and the literal of its limit.
        let limit: String
        let identity: ObjectID
    }

    /// What one answer takes from one bucket.
    struct Wanted {
        let key: Key
        let limit: RateLimit
        /// In ten-thousandths of a unit, as Cedar's decimals are.
        let quantity: Int64
    }

    enum Answer: Equatable {
        /// Every bucket gave its part.
        case taken([Quota])
        /// None gave any; when all could, in milliseconds. Nil: never, for it is more than a bucket holds.
        case empty(retryAfter: Int64?, [Quota])
    }

    // Levels are in units of what one ten-thousandth refills in a millisecond: times the window they are a
    // ten-thousandth. The largest bucket has 100e9 x 1e4 x 86.4e6 of them, which 64 bits do not hold.
    private struct Bucket {
        var level: Int128
        var time: Timestamp
        /// When it says nothing any more that a new bucket would not.
        var fullAt: Timestamp
    }

    private struct Table {
        var buckets: [Key: Bucket] = [:]
        /// When it was last searched for buckets to drop: a full table is not searched at each question.
        var swept: Timestamp?
    }

    /// Ten-thousandths in a unit.
    static let scale: Int64 = 10_000
    /// How many windows of debt a report can leave behind: a wrong report must not silence an identity for ever.
    static let debtWindows: Int64 = 10

    private let table = Mutex(Table())
    private let limit: Int

    /// - Parameter limit: The most buckets.
    init(limit: Int = 1_000_000) { self.limit = limit }

    /// Takes from each bucket, or nothing from any: what is denied costs nothing of the other limits.
    func take(_ wanted: [Wanted], at now: Timestamp) -> Answer {
        table.withLock { table in
            var levels: [Int128] = []
            var retryAfter: Int64 = 0
            var isTooMuch = false
            for want in wanted {
                let (level, behind) = Self.level(table.buckets[want.key], want.limit, now)
                levels.append(level)
                let need = Int128(want.quantity) * Int128(want.limit.window)
                if need > want.limit.full { isTooMuch = true }
                if level < need { retryAfter = max(retryAfter, behind + want.limit.time(toFill: need - level)) }
            }
            guard retryAfter == 0, !isTooMuch else {
                return .empty(retryAfter: isTooMuch ? nil : retryAfter, Self.quotas(wanted, levels))
            }
            let new = wanted.count { table.buckets[$0.key] == nil }
            guard table.buckets.count + new <= limit || sweep(&table, now, room: new) else {
                return .empty(retryAfter: Self.sweepPause, Self.quotas(wanted, levels))
            }
            for (index, want) in wanted.enumerated() {
                levels[index] -= Int128(want.quantity) * Int128(want.limit.window)
                Self.set(&table.buckets[want.key], levels[index], want.limit, now)
            }
            return .taken(Self.quotas(wanted, levels))
        }
    }

    /// Debits what a call turned out to have taken: the bucket may fall below zero and then admits nothing until it has
    /// refilled, at most ``debtWindows`` windows later.
    ///
    /// - Parameter units: Whole units, beyond those that its admission took.
    func charge(_ key: Key, _ limit: RateLimit, units: Int64, at now: Timestamp) {
        guard units > 0 else { return }
        table.withLock { table in
            // A full bucket may have been dropped. Without room the debt is not kept; nobody new is admitted then.
            guard table.buckets[key] != nil || table.buckets.count < self.limit || sweep(&table, now, room: 1) else {
                return
            }
            let (level, _) = Self.level(table.buckets[key], limit, now)
            let debit = Int128(units) * Int128(Self.scale) * Int128(limit.window)
            let least = -limit.full * Int128(Self.debtWindows)
            Self.set(&table.buckets[key], max(level - debit, least), limit, now)
        }
    }

    /// What a bucket holds now, and by how much its own time is ahead of `now`: decisions side by side may come in the
    /// other order of their times.
    private static func level(_ bucket: Bucket?, _ limit: RateLimit, _ now: Timestamp) -> (Int128, behind: Int64) {
        guard let bucket else { return (limit.full, 0) }
        let elapsed = now.milliseconds - bucket.time.milliseconds
        let refilling = min(max(0, elapsed), limit.window * (debtWindows + 1))
        return (min(limit.full, bucket.level + Int128(refilling) * limit.rate), max(0, -elapsed))
    }

    private static func set(_ bucket: inout Bucket?, _ level: Int128, _ limit: RateLimit, _ now: Timestamp) {
        let time = max(bucket?.time ?? now, now)
        let fullAt = time.advanced(byMilliseconds: limit.time(toFill: limit.full - level))
        bucket = Bucket(level: level, time: time, fullAt: fullAt)
    }

    private static func quotas(_ wanted: [Wanted], _ levels: [Int128]) -> [Quota] {
        zip(wanted, levels).map { want, level in
            Quota(
                limit: want.limit,
                remaining: Int64(clamping: max(0, level) / Int128(want.limit.window) / Int128(scale)),
                reset: want.limit.time(toFill: want.limit.full - level)
            )
        }
    }

    /// How long a full table is not searched again, in milliseconds.
    private static let sweepPause: Int64 = 60_000

    /// Drops the buckets that are full. Whether there is room then.
    private func sweep(_ table: inout Table, _ now: Timestamp, room: Int) -> Bool {
        if let swept = table.swept, now.milliseconds - swept.milliseconds < Self.sweepPause { return false }
        table.swept = now
        table.buckets = table.buckets.filter { $0.value.fullAt > now }
        return table.buckets.count + room <= limit
    }
}

extension RateLimit {
    /// What a full bucket holds.
    fileprivate var full: Int128 { rate * Int128(window) }

    /// What flows in each millisecond.
    fileprivate var rate: Int128 { Int128(count) * Int128(RateLimits.scale) }

    /// How many milliseconds it takes until so much has flowed in.
    fileprivate func time(toFill missing: Int128) -> Int64 { Int64(clamping: (missing + rate - 1) / rate) }
}
