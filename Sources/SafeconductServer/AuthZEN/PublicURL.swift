// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The address under which callers know this server: given, or made of where it listens once it does.
public final class PublicURL: Sendable {
    private let present: Mutex<String>

    /// An address without a slash at its end, such as `https://pdp.example.com`; empty until it is known.
    public init(_ url: String = "") { present = Mutex(url) }

    /// The address.
    public var value: String { present.withLock { $0 } }

    /// Takes the address of a listener, unless one was given.
    ///
    /// - Parameters:
    ///   - host: The name or literal address listened on.
    ///   - isTLS: Whether the listener speaks TLS. AuthZEN wants `https`; without TLS the truth is told instead.
    public func listening(on host: String, port: Int, isTLS: Bool) {
        let literal = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        present.withLock { if $0.isEmpty { $0 = "\(isTLS ? "https" : "http")://\(literal):\(port)" } }
    }
}
