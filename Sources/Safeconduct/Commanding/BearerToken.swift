// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import TrustModel

/// A random bearer secret at the one moment when it is known: it is shown once and only its fingerprint is kept.
public struct BearerToken: Sendable, CustomStringConvertible {
    /// The secret.
    public let secret: String

    /// A fresh token for a holder of the given kind: `scpep_...`, `scopr_...`, with 256 random bits.
    init(kind: ObjectKind) {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        secret = "sc\(kind.rawValue)_\(Base64URL.string(bytes))"
    }

    /// What the control log keeps of it.
    var fingerprint: Fingerprint { Fingerprint(of: secret) }

    /// Never the secret.
    public var description: String { "[bearer token]" }
}
