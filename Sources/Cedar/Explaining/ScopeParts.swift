// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Some of the three constraints of a scope.
public struct ScopeParts: OptionSet, Sendable, Hashable {
    /// One bit for each.
    public let rawValue: UInt8

    /// The parts with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What the scope asks of the principal.
    public static let principal = ScopeParts(rawValue: 1)
    /// What it asks of the action.
    public static let action = ScopeParts(rawValue: 2)
    /// What it asks of the resource.
    public static let resource = ScopeParts(rawValue: 4)

    /// How many.
    public var count: Int { rawValue.nonzeroBitCount }

    /// How far a request is that misses these. The fewer, the nearer; of two that miss as many, what misses the action
    /// is the farther: who asks and what they ask for can be moved into a group, but an action is what it is.
    var distance: Int { count * 2 + (contains(.action) ? 1 : 0) }

    /// Beyond the greatest distance.
    static let horizon = 8
}
