// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where an API answers, as its document says.
public struct DocumentedServer: Sendable, Hashable {
    /// The URL, its variables replaced by their defaults.
    public let url: String
    /// The scheme in lower case; nil when the URL is relative to where the document was found.
    public let scheme: String?
    /// The authority; nil when the URL is relative.
    public let host: String?
    /// The path without a final slash, empty for the root.
    public let basePath: String

    /// Whether calls travel in clear.
    public var isPlain: Bool { scheme == "http" || scheme == "ws" }

    /// Reads a URL without asking more of it than that its parts can be told apart.
    init(url: String) {
        self.url = url
        let bytes = Array(url.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        var rest = bytes[...]
        var scheme: String?
        var host: String?
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(rest[..<colon]),
            rest[(colon + 1)...].starts(with: "//".utf8)
        {
            scheme = String(decoding: rest[..<colon], as: UTF8.self).lowercased()
            rest = rest[(colon + 1)...]
        }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            host = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[end...]
        }
        while rest.last == UInt8(ascii: "/") { rest = rest.dropLast() }
        self.scheme = scheme
        self.host = host
        let path = String(decoding: rest, as: UTF8.self)
        basePath = path.isEmpty || path.utf8.first == UInt8(ascii: "/") ? path : "/" + path
    }

    /// RFC 3986 section 3.1.
    private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.".utf8.contains($0)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
