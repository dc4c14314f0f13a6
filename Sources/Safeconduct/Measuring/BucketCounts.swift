// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Numbers counted in fixed buckets by any thread without a lock.
public final class BucketCounts: Sendable {
    /// What was counted, read at one moment.
    public struct Reading: Sendable, Equatable {
        /// The upper bounds of all buckets but the last, which has none.
        public let bounds: [UInt64]
        /// How many numbers fell into each bucket, not summed up.
        public let counts: [UInt64]
        /// The sum of all numbers.
        public let sum: UInt64
    }

    /// Fourteen at most; the last bucket takes what is above them.
    private let bounds: [UInt64]
    private let buckets = InlineArray<15, Atomic<UInt64>> { _ in Atomic<UInt64>(0) }
    private let sum = Atomic<UInt64>(0)

    /// Empty buckets.
    ///
    /// - Parameter bounds: Their upper bounds, ascending, fourteen at most: more are left out.
    public init(upTo bounds: [UInt64]) { self.bounds = Array(bounds.prefix(14)) }

    /// Counts one number.
    public func observe(_ number: UInt64) {
        var index = 0
        while index < bounds.count, number > bounds[index] { index += 1 }
        buckets[index].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(number, ordering: .relaxed)
    }

    /// What was counted so far.
    public var reading: Reading {
        let counts = (0...bounds.count).map { buckets[$0].load(ordering: .relaxed) }
        return Reading(bounds: bounds, counts: counts, sum: sum.load(ordering: .relaxed))
    }
}
