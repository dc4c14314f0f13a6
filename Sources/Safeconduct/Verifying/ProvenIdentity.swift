// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// An identity that proved itself by a token of another issuer, to give a command or to read of its own.
public struct ProvenIdentity: Sendable, Hashable {
    /// Its id.
    public let id: ObjectID
    /// Its permanent name.
    public let name: String
    /// What cuts and holds ask about its token: the head of the log is asked, too.
    public let facts: CredentialFacts
    /// SHA-256 of the token.
    let fingerprint: Fingerprint

    /// The same by the same token.
    public static func == (left: ProvenIdentity, right: ProvenIdentity) -> Bool {
        left.id == right.id && left.fingerprint == right.fingerprint
    }

    /// Hashes the token's fingerprint.
    public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}
