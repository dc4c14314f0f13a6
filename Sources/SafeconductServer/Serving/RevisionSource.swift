// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where the control log stands on this node, and how to wait until it stands further on.
public protocol RevisionSource: Sendable {
    /// The newest revision that this node answers from.
    var revision: UInt64 { get }

    /// Waits until this node answers from at least `revision`.
    ///
    /// - Returns: Whether it did within `time`.
    func reaches(_ revision: UInt64, within time: Duration) async -> Bool
}
