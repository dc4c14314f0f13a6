// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a whole check of a log found.
public struct LogCheck: Sendable {
    /// How many leaves were read.
    public let leaves: UInt64
    /// Those of them that have no body any more. Not a fault of the tree; whoever asks knows what may be erased.
    public let absent: AbsentBodies
    /// What contradicts what; empty when all is well.
    public let faults: [String]

    /// How many have no body any more.
    public var erased: UInt64 { absent.count }

    /// The outcome of a check.
    public init(leaves: UInt64, absent: AbsentBodies, faults: [String]) {
        self.leaves = leaves
        self.absent = absent
        self.faults = faults
    }
}
