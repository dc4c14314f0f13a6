// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A place in one of the tables of an expression.
public struct TableIndex: Sendable, Hashable {
    let rawValue: Int32

    init(_ index: Int) {
        rawValue = Int32(truncatingIfNeeded: index)
    }

    var index: Int { Int(rawValue) }
}
