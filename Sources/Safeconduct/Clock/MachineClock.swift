// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization
public import TrustModel

/// The engine's time: ``TrustClock`` fed from the machine's clocks.
public final class MachineClock: Sendable {
    private let read: @Sendable () -> TrustClock.Reading
    private let clock: Mutex<TrustClock>

    /// A clock over the machine's own clocks, or over those that a test gives.
    ///
    /// - Parameters:
    ///   - head: The time of the control log's newest entry.
    ///   - read: Reads both clocks at one moment.
    public init(head: Timestamp, read: @escaping @Sendable () -> TrustClock.Reading = MachineClock.readMachine) {
        self.read = read
        clock = Mutex(TrustClock(reading: read(), head: head))
    }

    /// The time now, never before `head` and never before an earlier answer.
    public func now(head: Timestamp) -> Timestamp {
        let reading = read()
        return clock.withLock { $0.now(reading, head: head) }
    }

    /// The time now, and the monotonic clock's milliseconds at the same moment.
    func moment(head: Timestamp) -> (now: Timestamp, monotonic: Int64) {
        let reading = read()
        return (clock.withLock { $0.now(reading, head: head) }, reading.monotonic)
    }

    /// The monotonic clock, in milliseconds since some moment.
    var monotonic: Int64 { read().monotonic }

    /// Whether the wall clock has jumped since the start: then nothing may be answered (invariant 7).
    public var jumped: Bool { clock.withLock { $0.jumped } }

    /// The machine's clocks.
    public static let readMachine: @Sendable () -> TrustClock.Reading = {
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        var monotonic = timespec()
        // BOOTTIME goes on while the machine sleeps, as the wall clock does; MONOTONIC would look like a jump.
        clock_gettime(CLOCK_BOOTTIME, &monotonic)
        return TrustClock.Reading(
            wall: Timestamp(milliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000),
            monotonic: Int64(monotonic.tv_sec) * 1000 + Int64(monotonic.tv_nsec) / 1_000_000
        )
    }
}
