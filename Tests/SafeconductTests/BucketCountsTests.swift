// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import Testing

@Suite struct BucketCountsTests {
    @Test func eachNumberFallsIntoTheFirstBucketThatHoldsIt() {
        let counts = BucketCounts(upTo: [1, 10, 100])
        for number: UInt64 in [0, 1, 2, 10, 11, 100, 101, .max] { counts.observe(number) }
        #expect(counts.reading.counts == [2, 2, 2, 2])
        #expect(counts.reading.bounds == [1, 10, 100])
        #expect(counts.reading.sum == 225 &+ .max)
    }

    @Test func tooManyBoundsAreCutOff() {
        let counts = BucketCounts(upTo: (0..<40).map { $0 })
        counts.observe(39)
        #expect(counts.reading.bounds.count == 14 && counts.reading.counts.count == 15)
        #expect(counts.reading.counts.last == 1)
    }

    @Test func nothingIsLostBetweenThreads() async {
        let counts = BucketCounts(upTo: [4])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for number in 0..<1000 { counts.observe(UInt64(number % 8)) } } }
        }
        #expect(counts.reading.counts == [5000, 3000])
        #expect(counts.reading.sum == 28_000)
    }
}
