// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The number under which an ``EntityLookup`` knows an existing entity, so that it is searched by name only once in
/// a decision. What the number means is the look-up's own affair: a row, for example.
public struct EntityHandle: Sendable, Hashable {
    /// The number.
    public let rawValue: Int

    /// The handle with this number.
    @inlinable
    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }
}
