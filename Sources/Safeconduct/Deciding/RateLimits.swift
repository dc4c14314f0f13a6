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

    enum Answer {
        case taken(remaining: Int64)
        case empty(retryAfter: Int64)
    }

    private struct Bucket {
        // In units of one millisecond's refill: `window` of them are one token.
        var level: Int64
        var time: Timestamp
    }

    private struct Table {
        var buckets: [Key: Bucket] = [:]
        /// When it was last looked for buckets to drop: a full table is not searched at each question.
        var swept: Timestamp?
    }

    private let table = Mutex(Table())
    private let limit: Int

    /// - Parameter limit: The most buckets.
    init(limit: Int = 1_000_000) { self.limit = limit }

    /// Takes one token, if there is one.
    func take(_ key: Key, count: Int64, window: Int64, at now: Timestamp) -> Answer {
        let full = count * window
        return table.withLock { table in
            if table.buckets.count >= limit, table.buckets[key] == nil {
                guard sweep(&table, now) else { return .empty(retryAfter: 60_000) }
            }
            var bucket = table.buckets[key] ?? Bucket(level: full, time: now)
            let elapsed = min(max(0, now.milliseconds - bucket.time.milliseconds), window)
            bucket.level = min(full, bucket.level + elapsed * count)
            bucket.time = max(bucket.time, now)
            defer { table.buckets[key] = bucket }
            guard bucket.level >= window else {
                return .empty(retryAfter: (window - bucket.level + count - 1) / count)
            }
            bucket.level -= window
            return .taken(remaining: bucket.level / window)
        }
    }

    /// Drops what says nothing that a new bucket would not: no window is longer than a day, so a bucket untouched for
    /// one is full. Whether there is room then.
    private func sweep(_ table: inout Table, _ now: Timestamp) -> Bool {
        if let swept = table.swept, now.milliseconds - swept.milliseconds < 60_000 { return false }
        table.swept = now
        table.buckets = table.buckets.filter { now.milliseconds - $0.value.time.milliseconds < 86_400_000 }
        return table.buckets.count < limit
    }
}
