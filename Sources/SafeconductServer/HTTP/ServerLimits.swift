// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What one connection and all together may cost. The defaults suit a control plane: small requests, many callers.
public struct ServerLimits: Sendable {
    /// Open connections; more wait in the kernel's queue.
    public var connections = 16_384
    /// Bytes of path and query.
    public var targetBytes = 8192
    /// Bytes of one header field.
    public var headerFieldBytes = 16 * 1024
    /// Bytes of all header fields.
    public var headerBytes = 32 * 1024
    /// Number of header fields.
    public var headerFields = 128
    /// Bytes of a refused body that are read and thrown away, so that its sender can read the refusal.
    public var discardedBytes = 32 << 20
    /// Bytes of all bodies that are arriving at once.
    public var bufferedBytes = 256 << 20
    /// From the first byte of a request (or the connection) to the end of its header section.
    public var headTime: Duration = .seconds(10)
    /// From the end of the header section to the end of the body.
    public var bodyTime: Duration = .seconds(30)
    /// How long a caller may not take up what was answered.
    public var writeTime: Duration = .seconds(30)
    /// How long a part of an answer without end may take to leave; see ``ReplyStream``.
    public var streamTime: Duration = .seconds(10)
    /// How long a connection may be idle between two requests.
    public var idleTime: Duration = .seconds(75)
    /// How long requests in progress may take once the server was told to stop.
    public var drainTime: Duration = .seconds(20)

    /// The default limits.
    public init() {}
}
