// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The name of a trust domain: the root that its SPIFFE IDs hang on (SPIFFE-ID specification, section 2.1).
public struct TrustDomain: Sendable, Hashable, CustomStringConvertible {
    /// The most bytes of a name, as of a host in a URI (section 2.3).
    public static let maximumBytes = 255

    /// The name: lower case letters, digits, `.`, `-` and `_`. Nothing else gets in, so that equality of strings is
    /// equality of bytes here.
    public let description: String

    /// Reads a name, in which capitals count as the small letters: it is the host of a URI.
    ///
    /// - Throws: ``SPIFFEIDRefusal`` when it is not one.
    public init(validating name: String) throws(SPIFFEIDRefusal) {
        guard name.utf8.count <= Self.maximumBytes else { throw .trustDomainTooLong }
        try self.init(bytes: Array(name.utf8)[...])
    }

    /// Reads a name as ``init(validating:)``; nil when it is not one.
    public init?(_ name: String) {
        guard let domain = try? TrustDomain(validating: name) else { return nil }
        self = domain
    }

    init(bytes: ArraySlice<UInt8>) throws(SPIFFEIDRefusal) {
        guard !bytes.isEmpty else { throw .trustDomainEmpty }
        guard bytes.count <= Self.maximumBytes else { throw .trustDomainTooLong }
        var name: [UInt8] = []
        name.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.append(byte | 0x20)
            case _ where SPIFFEID.isCommon(byte): name.append(byte)
            case UInt8(ascii: "@"), UInt8(ascii: ":"): throw .authority
            case UInt8(ascii: "%"): throw .escape
            default: throw .trustDomainCharacter
            }
        }
        description = String(decoding: name, as: UTF8.self)
    }
}
