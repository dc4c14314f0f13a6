// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How many commands were decided since the start; never by whom.
public final class CommandCounts: Sendable {
    /// One count.
    public final class Count: Sendable {
        private let number = Atomic<UInt64>(0)

        /// What was counted so far.
        public var value: UInt64 { number.load(ordering: .relaxed) }

        func add() { number.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Those that were let in and changed something.
    public let allowed = Count()
    /// Those that were not let in.
    public let denied = Count()
    /// Links that were redeemed.
    public let enrolled = Count()
    /// Attempts to redeem a link that is unknown, used or out of time.
    public let enrolmentsRefused = Count()
}
