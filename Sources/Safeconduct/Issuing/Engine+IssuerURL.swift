// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

extension Engine {
    /// The issuer of the tokens that are issued here: an URL without a final slash (RFC 8414 section 2).
    ///
    /// It is configured, or else the address that the server listens on; empty before it does. Nodes that are to take each
    /// other's tokens have to be configured with one.
    public var issuerURL: String {
        configuration.issuerURL.isEmpty ? listeningURL.withLock { $0 } : configuration.issuerURL
    }

    /// Takes the address that the server listens on, for want of a configured one.
    public func listens(at url: String) { listeningURL.withLock { $0 = url } }
}
