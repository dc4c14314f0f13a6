// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import TrustModel

/// The buckets that `limit:<n>/<unit>` is met from: one for each policy set, policy, identity and limit.
///
/// A bucket holds at most `n` and refills evenly, so that any window sees at most twice `n`, and a steady caller `n`.
final class RateLimits: Sendable {
    struct Key: Hashable {
        let policies: ObjectID
        let limit: String
        let identity: ObjectID
    }

    /// One token of a bucket that holds `count` and refills in `window` milliseconds.
    struct Wanted {
        let key: Key
        let count: Int64
        let window: Int64
    }

    enum Answer: Equatable {
        /// Every bucket gave one; the least that is left in any.
        case taken(remaining: Int64)
        /// None gave any; when all could, in milliseconds.
        case empty(retryAfter: Int64)
    }

    // In units of one millisecond's refill of one token: `window` of them are a token. A thousand million tokens a day
    // are less than 2^57 units.
    private struct Bucket {
        var level: Int64
        var time: Timestamp
    }

    private struct Table {
        var buckets: [Key: Bucket] = [:]
        /// When it was last searched for buckets to drop: a full table is not searched at each question.
        var swept: Timestamp?
    }

    private let table = Mutex(Table())
    private let limit: Int

    /// - Parameter limit: The most buckets.
    init(limit: Int = 1_000_000) { self.limit = limit }

    /// Takes one token from each bucket, or none from any: what is denied costs nothing of the other limits.
    func take(_ wanted: [Wanted], at now: Timestamp) -> Answer {
        table.withLock { table in
            var levels: [Int64] = []
            var retryAfter: Int64 = 0
            for want in wanted {
                let full = want.count * want.window
                var level = full
                var behind: Int64 = 0
                if let bucket = table.buckets[want.key] {
                    // Decisions side by side may come in the other order of their times.
                    let elapsed = now.milliseconds - bucket.time.milliseconds
                    behind = max(0, -elapsed)
                    level = min(full, bucket.level + min(max(0, elapsed), want.window) * want.count)
                }
                levels.append(level)
                if level < want.window {
                    retryAfter = max(retryAfter, behind + (want.window - level + want.count - 1) / want.count)
                }
            }
            guard retryAfter == 0 else { return .empty(retryAfter: retryAfter) }
            let new = wanted.count { table.buckets[$0.key] == nil }
            guard table.buckets.count + new <= limit || sweep(&table, now, room: new) else {
                return .empty(retryAfter: Self.sweepPause)
            }
            var remaining = Int64.max
            for (want, level) in zip(wanted, levels) {
                let rest = level - want.window
                let time = max(table.buckets[want.key]?.time ?? now, now)
                table.buckets[want.key] = Bucket(level: rest, time: time)
                remaining = min(remaining, rest / want.window)
            }
            return .taken(remaining: remaining)
        }
    }

    /// How long a full table is not searched again, in milliseconds.
    private static let sweepPause: Int64 = 60_000

    /// Drops what says nothing that a new bucket would not: no window is longer than a day, so a bucket untouched for
    /// one is full. Whether there is room then.
    private func sweep(_ table: inout Table, _ now: Timestamp, room: Int) -> Bool {
        if let swept = table.swept, now.milliseconds - swept.milliseconds < Self.sweepPause { return false }
        table.swept = now
        table.buckets = table.buckets.filter { now.milliseconds - $0.value.time.milliseconds < 86_400_000 }
        return table.buckets.count + room <= limit
    }
}
