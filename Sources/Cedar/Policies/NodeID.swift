// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A node of an expression: its place in ``PolicyExpression/nodes``, as a small number.
public struct NodeID: Sendable, Hashable {
    let rawValue: Int32

    init(_ index: Int) {
        rawValue = Int32(truncatingIfNeeded: index)
    }

    /// The place, from 0.
    public var index: Int { Int(rawValue) }
}
