// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A key and the leaf that is found by it.
public struct LogMark: Sendable, Hashable {
    /// The key: 1 to 64 bytes that are no secret.
    public let key: [UInt8]
    /// The leaf's index.
    public let index: UInt64

    /// A key and its leaf.
    public init(key: [UInt8], index: UInt64) {
        self.key = key
        self.index = index
    }
}
