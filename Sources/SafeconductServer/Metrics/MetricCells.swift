// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import Synchronization

/// A number that only grows, counted by any thread without a lock.
public final class Counter: Sendable {
    private let cell = Atomic<UInt64>(0)

    /// A counter at zero.
    public init() {}

    /// Adds `amount`.
    public func add(_ amount: UInt64 = 1) { cell.wrappingAdd(amount, ordering: .relaxed) }

    /// The present count.
    public var value: UInt64 { cell.load(ordering: .relaxed) }
}

/// A number that rises and falls.
public final class Gauge: Sendable {
    private let cell = Atomic<Int64>(0)

    /// A gauge at zero.
    public init() {}

    /// Replaces the number.
    public func set(_ value: Int64) { cell.store(value, ordering: .relaxed) }

    /// Adds `amount`, which may be negative; gives the sum.
    @discardableResult
    public func add(_ amount: Int64) -> Int64 { cell.wrappingAdd(amount, ordering: .relaxed).newValue }

    /// The present number.
    public var value: Int64 { cell.load(ordering: .relaxed) }
}

/// Durations counted in fixed buckets from 50 us to 10 s.
public final class DurationHistogram: Sendable {
    /// The upper bounds, in nanoseconds: close together where a decision usually falls.
    static let bounds: [UInt64] = [
        50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 1_000_000_000, 10_000_000_000,
    ]

    private let buckets = BucketCounts(upTo: bounds)

    /// An empty histogram.
    public init() {}

    /// Counts one duration.
    public func observe(nanoseconds: UInt64) { buckets.observe(nanoseconds) }

    var reading: BucketCounts.Reading { buckets.reading }
}
