// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The host and port of a URL (RFC 3986 section 3.2), without user information.
struct HTTPAuthority {
    let host: String
    let address: IPAddress?
    let port: Int?

    init(_ text: ArraySlice<UInt8>) throws(WorkloadIdentityError) {
        guard !text.contains(UInt8(ascii: "@")) else { throw HTTPLocation.error("the URL has user information") }
        let name: ArraySlice<UInt8>
        let suffix: ArraySlice<UInt8>
        if text.first == UInt8(ascii: "[") {
            guard let bracket = text.firstIndex(of: UInt8(ascii: "]")) else {
                throw HTTPLocation.error("the address in brackets does not end")
            }
            name = text[(text.startIndex + 1)..<bracket]
            suffix = text[(bracket + 1)...]
            let spelled = String(decoding: name, as: UTF8.self)
            guard name.contains(UInt8(ascii: ":")), let address = IPAddress(spelled) else {
                throw HTTPLocation.error("the brackets hold no IPv6 address")
            }
            self.address = address
            host = spelled
        } else {
            let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            name = text[..<colon]
            suffix = text[colon...]
            host = String(decoding: name, as: UTF8.self)
            address = try Self.address(ofName: name)
        }
        port = try Self.port(suffix)
    }

    /// The address that a host without brackets spells, nil when it is a name.
    private static func address(ofName name: ArraySlice<UInt8>) throws(WorkloadIdentityError) -> IPAddress? {
        guard !name.isEmpty, name.count <= 253 else { throw HTTPLocation.error("the host has 1 to 253 bytes") }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            // RFC 1123 section 2.1, lower-case.
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-"),
                label.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
                )
            else { throw HTTPLocation.error("the host is dot-separated labels of lower-case letters, digits and '-'") }
        }
        // A last label that looks like a number makes many resolvers read the whole host as an IPv4 address in one of
        // its old spellings (127.1, 0x7f.0.0.1, 2130706433).
        guard let last = labels.last, let first = last.first, (0x30...0x39).contains(first) else { return nil }
        let isNumber = last.allSatisfy { (0x30...0x39).contains($0) } || last.starts(with: "0x".utf8)
        guard isNumber else { return nil }
        guard let address = IPAddress(String(decoding: name, as: UTF8.self)) else {
            throw HTTPLocation.error("the host looks like an IPv4 address and is none")
        }
        return address
    }

    private static func port(_ suffix: ArraySlice<UInt8>) throws(WorkloadIdentityError) -> Int? {
        if suffix.isEmpty { return nil }
        let digits = suffix.dropFirst()
        guard suffix.first == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.first != 0x30,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw HTTPLocation.error("the port is a number without leading zeros") }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard port <= 65535 else { throw HTTPLocation.error("the port is at most 65535") }
        return port
    }
}
