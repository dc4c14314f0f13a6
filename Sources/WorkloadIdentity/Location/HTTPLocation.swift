// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An absolute `https` or `http` URL, in the one plain spelling that every parser reads alike.
///
/// A strict subset of RFC 3986: lower-case scheme and host, no user information, no fragment, no dot segments, no
/// back slashes, nothing but ASCII. What one parser takes for a host and another for a path is how a guard and a
/// client come to look at different places.
public struct HTTPLocation: Sendable, Hashable, CustomStringConvertible {
    /// The longest URL, in bytes.
    public static let maximumBytes = 2048

    /// Whether the scheme is `https`.
    public let isSecure: Bool
    /// The host without brackets: a name or an address, lower-case.
    public let host: String
    /// The address when the host is written as one.
    public let address: IPAddress?
    /// The port, that of the scheme when not written.
    public let port: Int
    /// The path, `/` when empty in the URL.
    public let path: String
    /// The query without its question mark, nil when there is none.
    public let query: String?
    /// The URL as it was given.
    public let description: String

    /// Reads `text`.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `url` and the rule that is broken.
    public init(_ text: String) throws(WorkloadIdentityError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumBytes else {
            throw Self.error("a URL has at most \(Self.maximumBytes) bytes")
        }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw Self.error("a URL is printable ASCII without spaces and back slashes")
        }
        guard !bytes.contains(UInt8(ascii: "#")) else { throw Self.error("the URL has a fragment") }
        let rest: ArraySlice<UInt8>
        if bytes.starts(with: "https://".utf8) {
            (isSecure, rest) = (true, bytes.dropFirst(8))
        } else if bytes.starts(with: "http://".utf8) {
            (isSecure, rest) = (false, bytes.dropFirst(7))
        } else {
            throw Self.error("the URL begins with 'https://', or 'http://' where that is allowed")
        }
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let authority = try HTTPAuthority(rest[..<end])
        (host, address) = (authority.host, authority.address)
        port = authority.port ?? (isSecure ? 443 : 80)
        let mark = rest[end...].firstIndex(of: UInt8(ascii: "?"))
        let path = rest[end..<(mark ?? rest.endIndex)]
        try Self.check(path: path)
        self.path = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
        if let mark {
            try Self.checkCharacters(rest[(mark + 1)...], "query")
            query = String(decoding: rest[(mark + 1)...], as: UTF8.self)
        } else {
            query = nil
        }
        description = text
    }

    /// Whether the host is this machine by its spelling: a loopback address, or exactly `localhost`.
    ///
    /// Other names may lead there as well, which only the address of the connection can tell.
    public var isLoopback: Bool {
        if let address { return address.addressClass == .loopback }
        return host.utf8.elementsEqual("localhost".utf8)
    }

    /// Equal spellings; two spellings of one place are two locations.
    public static func == (left: HTTPLocation, right: HTTPLocation) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Hashes the spelling, which is ASCII.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// Throws unless the location is secure, or a loopback one where that is allowed.
    func requireSecure(allowingLoopbackHTTP: Bool) throws(WorkloadIdentityError) {
        guard isSecure || (allowingLoopbackHTTP && isLoopback) else {
            throw WorkloadIdentityError(
                .insecureURL,
                allowingLoopbackHTTP
                    ? "'http' is allowed only for a loopback address or 'localhost'" : "the URL begins with 'https://'"
            )
        }
    }

    static func error(_ message: String) -> WorkloadIdentityError { WorkloadIdentityError(.url, message) }

    private static func check(path: ArraySlice<UInt8>) throws(WorkloadIdentityError) {
        try checkCharacters(path, "path")
        for segment in path.split(separator: UInt8(ascii: "/")) {
            let plain = segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
            guard !plain else { throw error("the path has a dot segment") }
        }
    }

    /// `pchar`, `/` and, for a query, `?` (RFC 3986 sections 3.3 and 3.4).
    private static func checkCharacters(_ part: ArraySlice<UInt8>, _ name: String) throws(WorkloadIdentityError) {
        var index = part.startIndex
        while index < part.endIndex {
            switch part[index] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
            case UInt8(ascii: "%"):
                try checkEscape(part[index...], name)
                index += 2
            case let other where Self.punctuation.contains(other): break
            default: throw error("the \(name) has a character that must be escaped")
            }
            index += 1
        }
    }

    /// Two upper-case hexadecimal digits that hide no character of the grammar or of control.
    private static func checkEscape(_ text: ArraySlice<UInt8>, _ name: String) throws(WorkloadIdentityError) {
        let digits = text.dropFirst().prefix(2)
        guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) })
        else { throw error("an escape in the \(name) is '%' and two upper-case hexadecimal digits") }
        guard value > 0x20, value != 0x7F, value != UInt8(ascii: "."), value != UInt8(ascii: "/"),
            value != UInt8(ascii: "\\")
        else { throw error("the \(name) escapes a character that must not be escaped") }
    }

    private static let punctuation: Set<UInt8> = Set("-._~!$&'()*+,;=:@/?".utf8)
}
