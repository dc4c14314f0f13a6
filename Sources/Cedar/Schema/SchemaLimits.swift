// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How much a schema may hold that nobody vouches for.
public struct SchemaLimits: Sendable {
    /// The most bytes in one text.
    public var maximumBytes: Int
    /// The deepest nesting of a type, as it is written and when its names are replaced by what they stand for.
    public var maximumNesting: Int
    /// The most types and names in all, when every name of a common type is replaced by what it stands for and every
    /// declaration of several names is written once for each. A few lines can stand for more than any memory holds.
    public var maximumSize: Int

    /// Limits of the given sizes. A nesting above 128 is taken as 128, which the smallest thread stacks can carry;
    /// bytes above 1 GiB and sizes above 2^30 as these.
    public init(maximumBytes: Int = 16 << 20, maximumNesting: Int = 128, maximumSize: Int = 1 << 20) {
        self.maximumBytes = min(maximumBytes, 1 << 30)
        self.maximumNesting = min(maximumNesting, 128)
        self.maximumSize = min(maximumSize, 1 << 30)
    }

    /// 16 MiB, 128 levels, about a million types.
    public static let standard = SchemaLimits()
}
