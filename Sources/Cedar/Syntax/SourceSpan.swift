// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A stretch of policy text: byte offsets from the beginning of the policy it belongs to.
public struct SourceSpan: Sendable, Hashable {
    // Texts have 1 GiB at most, and there is a span for every node of every policy.
    private let first: Int32
    private let behind: Int32

    /// The offset of the first byte.
    public var start: Int { Int(first) }
    /// The offset after the last byte.
    public var end: Int { Int(behind) }

    /// The stretch from `start` up to, not including, `end`. Offsets above 2 GiB are taken as 2 GiB.
    public init(start: Int, end: Int) {
        first = Int32(clamping: start)
        behind = Int32(clamping: end)
    }
}
