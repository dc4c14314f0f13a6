// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A SPIFFE ID: the name of a workload within a trust domain (SPIFFE-ID specification, section 2).
public struct SPIFFEID: Sendable, Hashable, CustomStringConvertible {
    /// The whole id, `spiffe://domain/path`.
    public let description: String
    /// The trust domain: lower case letters, digits, `.`, `-` and `_`.
    public let trustDomain: String

    private static let scheme = "spiffe://"
    /// Section 2.3: implementations take ids of up to 2048 bytes.
    private static let longest = 2048
    private static let longestDomain = 255

    /// Reads an id; nil for anything that is not exactly one: another scheme or spelling of it, a port, a query, an
    /// empty or relative segment, a slash at the end, an escape.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.longest, bytes.starts(with: Self.scheme.utf8) else { return nil }
        let rest = bytes.dropFirst(Self.scheme.utf8.count)
        let domain = rest.prefix { $0 != UInt8(ascii: "/") }
        guard (1...Self.longestDomain).contains(domain.count), domain.allSatisfy({ Self.isCommon($0) }) else {
            return nil
        }
        let path = rest.dropFirst(domain.count)
        if !path.isEmpty {
            for segment in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
                guard !segment.isEmpty, !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8),
                    segment.allSatisfy({ Self.isCommon($0) || (0x41...0x5A).contains($0) })
                else { return nil }
            }
        }
        description = text
        trustDomain = String(decoding: domain, as: UTF8.self)
    }

    /// What both a trust domain and a path may have.
    private static func isCommon(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
