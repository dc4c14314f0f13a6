// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TrustModel

/// A machine's two clocks, which stand still until a test moves them.
final class TestClock: Sendable {
    /// 2026-11-21T07:40:00Z.
    static let start = Timestamp(seconds: 1_795_246_800)

    private let reading: Mutex<TrustClock.Reading>

    init(at wall: Timestamp = TestClock.start) {
        reading = Mutex(TrustClock.Reading(wall: wall, monotonic: 1000))
    }

    var read: @Sendable () -> TrustClock.Reading { { [self] in reading.withLock { $0 } } }

    var now: Timestamp { reading.withLock { $0.wall } }

    /// Time goes by.
    func advance(seconds: Int64) { advance(milliseconds: seconds * 1000) }

    func advance(milliseconds: Int64) {
        reading.withLock { reading in
            reading.wall = reading.wall.advanced(byMilliseconds: milliseconds)
            reading.monotonic += milliseconds
        }
    }

    /// Somebody sets the wall clock.
    func jump(seconds: Int64) {
        reading.withLock { $0.wall = $0.wall.advanced(byMilliseconds: seconds * 1000) }
    }
}
