// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The one clock that expiry is measured by; it never runs backwards (invariant 7).
///
/// `now` is the latest of the head entry's time, the last answer plus the monotonic time since, and the wall clock. A
/// wall clock that jumps against the monotonic one by more than five seconds marks the clock as unsound until the node
/// restarts: what it would say could un-expire or over-expire things, so the node answers nothing with it.
public struct TrustClock: Sendable {
    /// One reading of the machine's two clocks.
    public struct Reading: Sendable {
        /// The wall clock.
        public var wall: Timestamp
        /// The monotonic clock, in milliseconds since any fixed moment.
        public var monotonic: Int64

        /// A reading of both clocks taken at one moment.
        public init(wall: Timestamp, monotonic: Int64) {
            self.wall = wall
            self.monotonic = monotonic
        }
    }

    /// A jump beyond this, in milliseconds, makes the clock unsound.
    public static let jumpLimit: Int64 = 5000

    /// Whether the wall clock has jumped; once true, true until restart.
    public private(set) var jumped = false
    private var last: Timestamp
    // The newest reading, and an older one to measure jumps from: many small steps add up to a jump as well.
    private var reading: Reading
    private var anchor: Reading

    /// A clock that starts at `reading`, or at `head` where that is later.
    public init(reading: Reading, head: Timestamp) {
        self.reading = reading
        anchor = reading
        last = max(reading.wall, head)
    }

    /// The time now.
    ///
    /// - Parameters:
    ///   - reading: The machine's clocks now.
    ///   - head: The time of the control log's newest entry.
    public mutating func now(_ reading: Reading, head: Timestamp) -> Timestamp {
        if Self.drift(from: anchor, to: reading) > UInt64(Self.jumpLimit) { jumped = true }
        // Readings taken side by side may arrive in the other order; an older one must not count its time again.
        let elapsed = Self.elapsed(from: self.reading, to: reading)
        if elapsed > 0 {
            last = last.advanced(byMilliseconds: elapsed)
            self.reading = reading
            if Self.elapsed(from: anchor, to: reading) >= Self.anchorInterval { anchor = reading }
        }
        last = max(max(head, last), reading.wall)
        return last
    }

    /// How long one anchor serves, in milliseconds: a slow drift, which clock discipline may cause, is no jump.
    private static let anchorInterval: Int64 = 60_000

    private static func elapsed(from old: Reading, to new: Reading) -> Int64 {
        let (elapsed, overflow) = new.monotonic.subtractingReportingOverflow(old.monotonic)
        return overflow ? (new.monotonic > old.monotonic ? .max : 0) : max(0, elapsed)
    }

    private static func drift(from old: Reading, to new: Reading) -> UInt64 {
        let wall = new.wall.milliseconds.subtractingReportingOverflow(old.wall.milliseconds)
        let monotonic = new.monotonic.subtractingReportingOverflow(old.monotonic)
        let drift = wall.partialValue.subtractingReportingOverflow(monotonic.partialValue)
        return wall.overflow || monotonic.overflow || drift.overflow ? .max : drift.partialValue.magnitude
    }
}
