// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A type without names, and how much it is when nothing of it is shared.
///
/// A type of a few lines can stand for more than any memory holds: each common type may name the one before twice.
struct ResolvedType {
    let type: SchemaType
    /// The types in it, itself included.
    let size: Int
    /// How deep it is; 0 for one without parts.
    let depth: Int

    /// A type without parts.
    init(_ type: SchemaType) {
        self.init(type, of: [])
    }

    /// A type of these parts. Each is within the limits, so that the sum cannot overflow.
    init(_ type: SchemaType, of parts: [ResolvedType]) {
        self.type = type
        size = parts.reduce(1) { $0 + $1.size }
        depth = parts.reduce(0) { max($0, $1.depth + 1) }
    }
}
