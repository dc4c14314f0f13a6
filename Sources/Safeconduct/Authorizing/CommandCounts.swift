// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Synchronization

/// How many commands were decided since the start; never by whom.
public final class CommandCounts: Sendable {
    /// Those that were let in and changed something.
    public let allowed = Atomic<Int64>(0)
    /// Those that were not let in.
    public let denied = Atomic<Int64>(0)
    /// Links that were redeemed.
    public let enrolled = Atomic<Int64>(0)
    /// Attempts to redeem a link that is unknown, used or out of time.
    public let enrolmentsRefused = Atomic<Int64>(0)
}
