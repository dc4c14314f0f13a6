// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What the feed may cost.
public struct FeedLimits: Sendable {
    /// Readers at once.
    public var readers = 1024
    /// Readers at once of one caller.
    public var readersEach = 32
    /// How long nothing may be sent: proxies close what is silent, and a reader must notice that its node is gone.
    public var heartbeat: Duration = .seconds(5)
    /// Events that a reader is sent at once; it gets more when it has taken these.
    public var batchEvents = 64
    /// Bytes that a reader is sent at once, unless one event is larger.
    public var batchBytes = 64 << 10
    /// Events that are kept for all readers.
    public var windowEvents = 1024
    /// Bytes that are kept for all readers.
    public var windowBytes = 8 << 20

    /// The default limits.
    public init() {}
}
