// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a whole check of a log found.
public struct LogCheck: Sendable {
    /// How many leaves were read.
    public let leaves: UInt64
    /// How many of them have no body any more.
    public let erased: UInt64
    /// What contradicts what; empty when all is well.
    public let faults: [String]

    /// The outcome of a check.
    public init(leaves: UInt64, erased: UInt64, faults: [String]) {
        self.leaves = leaves
        self.erased = erased
        self.faults = faults
    }
}
