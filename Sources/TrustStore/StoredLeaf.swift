// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// A leaf as stored; without salt and body once they were erased.
public struct StoredLeaf: Sendable {
    /// What the tree commits to.
    public let commitment: LeafCommitment
    /// The salt of the commitment.
    public let salt: LeafSalt?
    /// The stored bytes.
    public let body: [UInt8]?

    /// A leaf of the given parts.
    public init(commitment: LeafCommitment, salt: LeafSalt?, body: [UInt8]?) {
        self.commitment = commitment
        self.salt = salt
        self.body = body
    }
}
