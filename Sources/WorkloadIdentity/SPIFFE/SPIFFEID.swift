// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A SPIFFE ID: the name of a workload within a trust domain, or of the trust domain itself (SPIFFE-ID specification,
/// section 2).
///
/// Scheme and trust domain are those of a URI and know no case: they are kept in lower case, whatever was written, so
/// that one id has one spelling. The path is taken as it stands. All of it is ASCII; equality of strings is equality
/// of bytes here.
public struct SPIFFEID: Sendable, Hashable, CustomStringConvertible {
    /// Section 2.3: implementations take ids of up to 2048 bytes.
    public static let maximumBytes = 2048
    private static let scheme = Array("spiffe://".utf8)

    /// The trust domain.
    public let trustDomain: TrustDomain
    /// The path, which begins with a slash; empty for the trust domain itself.
    public let path: String

    /// The whole id, `spiffe://domain/path`.
    public var description: String { "spiffe://\(trustDomain)\(path)" }

    /// Whether it names a workload rather than the trust domain: only such an id authenticates anybody
    /// (X509-SVID specification, section 3.1).
    public var isWorkload: Bool { !path.isEmpty }

    /// Reads an id: exactly one, without surrounding space.
    ///
    /// - Throws: ``SPIFFEIDRefusal`` for another scheme, a user or port, a query, an empty or relative segment, a
    ///   slash at the end, an escape, or a character that an id cannot have.
    public init(validating text: String) throws(SPIFFEIDRefusal) {
        guard text.utf8.count <= Self.maximumBytes else { throw .tooLong }
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.scheme.count,
            zip(bytes, Self.scheme).allSatisfy({ Self.lowercased($0) == $1 })
        else { throw .scheme }
        let rest = bytes[Self.scheme.count...]
        guard !rest.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else { throw .query }
        let domain = rest.prefix { $0 != UInt8(ascii: "/") }
        trustDomain = try TrustDomain(bytes: domain)
        let path = rest[domain.endIndex...]
        try Self.check(path: path)
        self.path = String(decoding: path, as: UTF8.self)
    }

    /// Reads an id as ``init(validating:)``; nil for anything that is not exactly one.
    public init?(_ text: String) {
        guard let id = try? SPIFFEID(validating: text) else { return nil }
        self = id
    }

    /// Whether the id lies in `domain`.
    public func isMember(of domain: TrustDomain) -> Bool { trustDomain == domain }

    /// Throws unless `path`, which begins with a slash, is empty or well-formed.
    private static func check(path: ArraySlice<UInt8>) throws(SPIFFEIDRefusal) {
        guard !path.isEmpty else { return }
        guard path.last != UInt8(ascii: "/") else { throw .trailingSlash }
        for segment in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !segment.isEmpty else { throw .emptySegment }
            guard !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8) else { throw .relativeSegment }
            for byte in segment where !isCommon(lowercased(byte)) {
                throw byte == UInt8(ascii: "%") ? .escape : .pathCharacter
            }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    /// What both a trust domain and a path may have.
    static func isCommon(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
