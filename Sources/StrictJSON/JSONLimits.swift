// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a parse may cost before it is refused.
public struct JSONLimits: Sendable {
    /// The most input bytes.
    public var maximumBytes: Int
    /// The deepest nesting of arrays and objects.
    public var maximumDepth: Int
    /// The most values and member names in all.
    public var maximumValues: Int

    /// Limits of the given sizes.
    public init(maximumBytes: Int = 1 << 20, maximumDepth: Int = 64, maximumValues: Int = 1 << 20) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
    }

    /// 1 MiB, 64 levels, about a million values.
    public static let standard = JSONLimits()
}
