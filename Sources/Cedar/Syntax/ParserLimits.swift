// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How much a parser takes from a text nobody vouches for.
public struct ParserLimits: Sendable {
    /// The most bytes in one text.
    public var maximumBytes: Int
    /// The deepest nesting of an expression, counted in open brackets and in levels of its tree. It also bounds how
    /// deep the values are that an expression can build.
    public var maximumNesting: Int

    /// Limits of the given sizes. A nesting above 128 is taken as 128, which the smallest thread stacks can carry;
    /// bytes above 1 GiB as 1 GiB, so that every place in a text can be numbered with 32 bits.
    public init(maximumBytes: Int = 64 << 20, maximumNesting: Int = 128) {
        self.maximumBytes = min(maximumBytes, 1 << 30)
        self.maximumNesting = min(maximumNesting, 128)
    }

    /// 64 MiB, 128 levels.
    public static let standard = ParserLimits()
}
