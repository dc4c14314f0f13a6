// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An HMAC algorithm of JWS (RFC 7518 section 3.2).
///
/// Insecure between parties: whoever can verify can also forge, so a valid token proves nothing about who made it.
/// The product accepts none; only the batch verifier does, when it is asked to and the given key is itself symmetric.
public enum InsecureHMACAlgorithm: String, Sendable, CaseIterable {
    /// HMAC with SHA-256.
    case hs256 = "HS256"
    /// HMAC with SHA-384.
    case hs384 = "HS384"
    /// HMAC with SHA-512.
    case hs512 = "HS512"

    /// The fewest bytes of a key: the length of the hash (RFC 7518 section 3.2).
    public var minimumKeyBytes: Int {
        switch self {
        case .hs256: 32
        case .hs384: 48
        case .hs512: 64
        }
    }
}
