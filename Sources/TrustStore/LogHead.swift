// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Where a log stands.
public struct LogHead: Sendable {
    /// How many leaves it has.
    public let size: UInt64
    /// The root of their tree.
    public let root: Hash32
    /// The signed checkpoint's bytes; empty while the log is.
    public let checkpoint: [UInt8]

    /// The head of a log.
    public init(size: UInt64, root: Hash32, checkpoint: [UInt8]) {
        self.size = size
        self.root = root
        self.checkpoint = checkpoint
    }
}
