// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// How long the commits of an evidence log take, and how many leaves each makes durable: whether the disk keeps up.
public final class CommitMeter: Sendable {
    /// Durations in nanoseconds.
    public let durations = BucketCounts(upTo: [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 5_000_000_000,
    ])
    /// Leaves of one commit.
    public let sizes = BucketCounts(upTo: (0..<14).map { 1 << $0 })

    /// Carries out one commit and notes what it took.
    func measure<Value>(_ count: Int, _ commit: () -> Value) -> Value {
        let began = NIODeadline.now().uptimeNanoseconds
        defer { durations.observe(NIODeadline.now().uptimeNanoseconds &- began) }
        sizes.observe(UInt64(clamping: count))
        return commit()
    }
}
