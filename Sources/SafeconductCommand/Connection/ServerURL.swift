// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The base URL of a server: `https://host:port`, or `http` for this machine.
struct ServerURL: Sendable, Equatable {
    /// The URL without a slash at its end.
    let text: String
    /// Whether what is sent there stays between the two: TLS, or this machine.
    let isProtected: Bool

    /// Reads a URL that a person wrote.
    ///
    /// - Throws: ``CommandFailure`` unless it is http or https with a host, perhaps a port and a path, and nothing else.
    init(_ text: String) throws(CommandFailure) {
        let wrong = CommandFailure(.usage, "'\(Printable.text(text))' is no URL such as https://127.0.0.1:8470")
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw wrong }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        let isTLS = text.hasPrefix("https://")
        guard isTLS || text.hasPrefix("http://") else { throw wrong }
        let rest = text.dropFirst(isTLS ? 8 : 7)
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty, !rest.contains(where: { "@?#\\".contains($0) }) else { throw wrong }
        guard let host = ListenAddress.host(ofAuthority: authority) else { throw wrong }
        self.text = text
        isProtected = isTLS || ListenAddress.isLoopback(host)
    }
}
