// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a token may cost before it is refused.
public struct JWSLimits: Sendable {
    /// The most bytes of the compact serialization.
    public var maximumBytes: Int
    /// The most bytes of the decoded header.
    public var maximumHeaderBytes: Int

    /// Limits of the given sizes.
    public init(maximumBytes: Int = 16 << 10, maximumHeaderBytes: Int = 4 << 10) {
        self.maximumBytes = maximumBytes
        self.maximumHeaderBytes = maximumHeaderBytes
    }

    /// 16 KiB, of which 4 KiB of header.
    public static let standard = JWSLimits()
}
