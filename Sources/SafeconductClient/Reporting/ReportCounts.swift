// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What became of the reports so far.
public struct ReportCounts: Sendable, Equatable {
    /// Those that wait now.
    public internal(set) var waiting = 0
    /// Those that the server has.
    public internal(set) var sent: UInt64 = 0
    /// Those that had to make room for newer ones.
    public internal(set) var dropped: UInt64 = 0
    /// Those that the server refused, such as a second, different one for the same decision.
    public internal(set) var refused: UInt64 = 0
    /// Those that were given up on, after several attempts or at shutdown.
    public internal(set) var lost: UInt64 = 0
}
