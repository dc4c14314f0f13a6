// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How a connection is protected on its way, in libpq's own words (`sslmode`, PostgreSQL section 34.19.1).
public enum TransportSecurity: String, Sendable, CaseIterable {
    /// Not at all.
    case none = "disable"
    /// By TLS with whoever answers: it keeps out who listens, not who pretends.
    case require
    /// By TLS with somebody whose certificate a known authority issued.
    case verifyAuthority = "verify-ca"
    /// By TLS with the host of that name.
    case verifyFull = "verify-full"

    /// What counts where nothing is said: the whole of it, except where nothing leaves this machine.
    public static func usual(host: String) -> TransportSecurity {
        ConnectionSettings.isLocal(host) ? .none : .verifyFull
    }
}
