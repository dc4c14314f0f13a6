// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What is left of a limit, after the answer that tells it.
public struct Quota: Sendable, Equatable {
    /// The limit.
    public let limit: RateLimit
    /// How many are left now, in whole units; never below zero.
    public let remaining: Int64
    /// How long until all of it is there again if nothing more is taken, in milliseconds.
    public let reset: Int64
}
