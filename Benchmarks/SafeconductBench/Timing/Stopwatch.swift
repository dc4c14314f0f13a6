// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Monotonic time in nanoseconds.
struct Stopwatch {
    private let start = Stopwatch.now()

    private static let origin = ContinuousClock.now

    /// Nanoseconds since a fixed moment.
    static func now() -> UInt64 {
        let (seconds, attoseconds) = (ContinuousClock.now - origin).components
        return UInt64(clamping: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// Nanoseconds that all threads of this process have spent on a processor, by the microsecond (POSIX `clock`).
    static func processorNanoseconds() -> UInt64 { UInt64(clamping: clock()) * 1000 }

    /// Nanoseconds since this was made.
    var nanoseconds: UInt64 { Self.now() - start }

    /// Seconds since this was made.
    var seconds: Double { Double(nanoseconds) / 1e9 }

    /// What one call of `body` takes on average, in nanoseconds, over about `seconds` after a short warm-up.
    ///
    /// - Parameter body: What is measured. It gives a number that depends on its work, so that none of it is left out.
    static func average(seconds: Double, _ body: () throws -> Int) rethrows -> Double {
        var sink = 0
        var batch = 1
        while true {
            let watch = Stopwatch()
            for _ in 0..<batch { sink &+= try body() }
            if watch.seconds > 0.01 { break }
            batch *= 4
        }
        var calls = 0
        let watch = Stopwatch()
        repeat {
            for _ in 0..<batch { sink &+= try body() }
            calls += batch
        } while watch.seconds < seconds
        let taken = Double(watch.nanoseconds)
        withExtendedLifetime(sink) {}
        return taken / Double(calls)
    }
}
