// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
public import TrustModel

/// The secret of an enrolment at the one moment when it is known: 256 random bits, of which only the SHA-256 is kept.
public struct EnrolmentSecret: Sendable, CustomStringConvertible {
    /// The secret: `scenr_` and 43 characters.
    public let secret: String
    /// Until when it may be redeemed.
    public internal(set) var expiresAt: Timestamp

    /// A fresh secret.
    init(expiresAt: Timestamp) {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        secret = Self.prefix + Base64URL.string(bytes)
        self.expiresAt = expiresAt
    }

    private static let prefix = "scenr_"

    /// What the control log keeps of it.
    var fingerprint: Fingerprint { Fingerprint(of: secret) }

    /// The fingerprint of what somebody presents; nil when it can't be a secret.
    static func fingerprint(of text: String) -> Fingerprint? {
        guard text.utf8.count == prefix.utf8.count + 43, text.hasPrefix(prefix) else { return nil }
        return Fingerprint(of: text)
    }

    /// Never the secret.
    public var description: String { "[enrolment]" }
}
