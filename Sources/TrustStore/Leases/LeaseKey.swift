// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
public import TrustModel

/// What leases are found by: whatever can end many of them at once. A hash, so that a long name costs no more than a short
/// one.
public struct LeaseKey: Sendable, Hashable {
    /// The first 16 bytes of SHA-256 over the text.
    public let bytes: [UInt8]

    /// The leases that a cut of this scope covers; for ``TrustModel/Scope/Kind/all`` there is none.
    public init(_ scope: Scope) { self.init(text: scope.description) }

    /// All leases of a back end.
    public init(backEnd: ObjectID) { self.init(text: "back_end:\(backEnd)") }

    /// All leases of one role of a back end.
    public init(backEnd: ObjectID, role: String) { self.init(text: "role:\(backEnd)/\(role)") }

    private init(text: String) { bytes = Array(SHA256.hash(data: Array(text.utf8)).prefix(16)) }
}
