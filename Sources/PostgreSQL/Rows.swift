// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a query gave: rows of texts, nil where the value is NULL.
public struct Rows: Sendable {
    /// The rows, each with one value for each column.
    public let rows: [[String?]]
    /// How many rows the statement changed or gave; 0 where it says nothing.
    public let affected: Int

    /// The first column's values that are not NULL.
    public var first: [String] { rows.compactMap { $0.first ?? nil } }

    /// The only value of the first row; nil when there is none.
    public var single: String? { rows.first?.first ?? nil }
}
