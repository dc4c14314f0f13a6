// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What reading a document may cost before it is refused.
public struct DocumentLimits: Sendable {
    /// The most bytes.
    public var maximumBytes: Int
    /// The deepest nesting of arrays and objects.
    public var maximumDepth: Int
    /// The most values and names, those counted again for which an alias stands.
    public var maximumValues: Int
    /// The most operations, and the most parameters, tags and requirements of all of them together, where what a
    /// reference names counts each time it is named.
    public var maximumParts: Int

    /// Limits of the given sizes.
    public init(
        maximumBytes: Int = 32 << 20,
        maximumDepth: Int = 128,
        maximumValues: Int = 4 << 20,
        maximumParts: Int = 1 << 20
    ) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
        self.maximumParts = maximumParts
    }

    /// 32 MiB, 128 levels, four million values, a million parts: ten times the largest public document in common use.
    public static let standard = DocumentLimits()
}
