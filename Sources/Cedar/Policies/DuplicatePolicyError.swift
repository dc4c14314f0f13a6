// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Two policies of one set have the same id.
public struct DuplicatePolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The id.
    public let id: Text

    /// A sentence for people.
    public var description: String { "two policies have the id \(id.quoted)" }
}
