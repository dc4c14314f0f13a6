// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The base URL of a server, checked before anything is sent there.
struct ServerAddress: Sendable {
    /// The URL without a slash at its end.
    let text: String

    /// Reads a URL.
    ///
    /// - Throws: ``ClientError`` unless it is `https` with a host, or `http` with a loopback host: the token would
    ///   otherwise travel in clear.
    init(_ url: String) throws(ClientError) {
        let wrong = ClientError(.configuration, "the URL is not one such as https://safeconduct.example:8470")
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw wrong }
        var text = url[...]
        while text.hasSuffix("/") { text.removeLast() }
        let isTLS = text.hasPrefix("https://")
        guard isTLS || text.hasPrefix("http://") else { throw wrong }
        let rest = text.dropFirst(isTLS ? 8 : 7)
        // User information, a query or a fragment has no place in a base URL, and could carry a secret into a log.
        guard !rest.contains(where: { "@?#\\".contains($0) }) else { throw wrong }
        let host = Self.host(of: rest.prefix { $0 != "/" })
        guard let host, !host.isEmpty else { throw wrong }
        guard isTLS || Self.isLoopback(host) else {
            throw ClientError(.configuration, "the URL is neither https nor this machine: no token is sent there")
        }
        self.text = String(text)
    }

    private static func host(of authority: Substring) -> Substring? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            return authority[authority.index(after: authority.startIndex)..<end]
        }
        return authority.prefix { $0 != ":" }
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        // 127.0.0.0/8 in its usual form; a name that only begins like it has letters.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
