// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import WorkloadIdentity

/// Where to listen: `127.0.0.1:8470`, `[::1]:0`, `localhost:8470`.
struct ListenAddress: Sendable, Equatable {
    /// A host name or address, without brackets.
    let host: String
    /// The port; 0 lets the system choose.
    let port: Int

    /// Reads `host:port`; nil when it is none.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]),
            let host = Self.host(ofAuthority: text[..<colon] + ":0")
        else { return nil }
        self.host = host
        self.port = port
    }

    /// Addresses that mean every address of this machine.
    static let wildcards = ["0.0.0.0", "::"]

    /// Whether only this machine can reach it.
    var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether a host is this machine.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || IPAddress(host)?.addressClass == .loopback
    }

    /// The host of `host`, `host:port` or `[v6]:port`, without brackets; nil for anything else.
    static func host(ofAuthority authority: some StringProtocol) -> String? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = String(authority[authority.index(after: authority.startIndex)..<end])
            let rest = authority[authority.index(after: end)...]
            guard IPAddress(host) != nil, rest.isEmpty || (rest.first == ":" && port(rest.dropFirst()) != nil) else {
                return nil
            }
            return host
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, (1...253).contains(host.utf8.count), parts.count <= 2,
            parts.count == 1 || port(parts[1]) != nil,
            host.utf8.allSatisfy({ isHostByte($0) })
        else { return nil }
        return String(host)
    }

    private static func port(_ text: some StringProtocol) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text).flatMap { $0 <= 65_535 ? $0 : nil }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
