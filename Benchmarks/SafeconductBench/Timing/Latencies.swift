// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A histogram of durations that costs the same for any number of them; each is kept to three per cent.
struct Latencies {
    private static let steps = 32
    private var buckets = [UInt32](repeating: 0, count: 64 * Latencies.steps)
    private(set) var count = 0

    /// Adds a duration in nanoseconds.
    mutating func add(_ nanoseconds: UInt64) {
        buckets[Self.bucket(of: nanoseconds)] += 1
        count += 1
    }

    /// Adds all of `other`.
    mutating func add(_ other: Latencies) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
    }

    /// The duration, in nanoseconds, that a share of `fraction` did not exceed; 0 when there are none.
    func quantile(_ fraction: Double) -> UInt64 {
        var rest = Int((Double(count) * fraction).rounded(.up))
        for (index, entries) in buckets.enumerated() where entries > 0 {
            rest -= Int(entries)
            if rest <= 0 { return Self.upperBound(of: index) }
        }
        return 0
    }

    // Values below 32 have a bucket each; above, every power of two has 32.
    private static func bucket(of value: UInt64) -> Int {
        let exponent = max(0, 63 - value.leadingZeroBitCount - 5)
        return exponent * steps + Int(value >> UInt64(exponent))
    }

    private static func upperBound(of index: Int) -> UInt64 {
        let exponent = max(0, index / steps - 1)
        return UInt64(index - exponent * steps + 1) << UInt64(exponent) - 1
    }
}
