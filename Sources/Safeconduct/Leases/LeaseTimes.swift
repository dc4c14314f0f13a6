// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The times that a keeper of leases goes by, in milliseconds.
struct LeaseTimes: Sendable {
    /// How long making a credential may take from its record on. Whoever takes longer does not finish it.
    var making: Int64 = 10_000
    /// How much later others may take up what was not finished: longer than a back end lets anything stand still.
    var grace: Int64 = 10_000
    /// How long whoever took work over has it for themselves.
    var claim: Int64 = 30_000
    /// The longest pause between two attempts.
    var longestPause: Int64 = 300_000
    /// How often what back ends have is compared with what is recorded.
    var reconciling: Int64 = 600_000
    /// How long a revoked lease can still be looked up; its leaves stay.
    var memory: Int64 = 7 * 86_400_000
    /// The most leases that are revoked together.
    var batch = 10_000
}
