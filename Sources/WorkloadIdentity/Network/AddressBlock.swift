// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A block of addresses in CIDR notation (RFC 4632): `10.0.0.0/8`, `fd00::/8`.
public struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
    /// The first address of the block.
    public let first: IPAddress
    /// How many leading bits are fixed.
    public let prefixLength: Int

    /// The block that `text` spells: an address, a slash and a length, or an address alone for itself.
    ///
    /// - Throws: ``WorkloadIdentityError`` when it is none, or when bits beyond the prefix are set, which mostly means
    ///   that somebody meant another block.
    public init(_ text: String) throws(WorkloadIdentityError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let address = IPAddress(String(decoding: name, as: UTF8.self)) else {
            throw WorkloadIdentityError(.address, "an address block begins with an IPv4 or IPv6 address")
        }
        let width = address.family == .v4 ? 32 : 128
        guard parts.count == 2 else {
            (first, prefixLength) = (address, width)
            return
        }
        let digits = parts[1]
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30
        else { throw WorkloadIdentityError(.address, "the prefix length of an address block is a plain number") }
        let length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard length <= width else {
            throw WorkloadIdentityError(.address, "the prefix of an address block has at most \(width) bits")
        }
        (first, prefixLength) = (address, length)
        guard Self.masked(address, length) == address else {
            throw WorkloadIdentityError(.address, "an address block has no bits set beyond its prefix")
        }
    }

    /// Whether `address` lies in the block.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == first.family && Self.masked(address, prefixLength) == first
    }

    private static func masked(_ address: IPAddress, _ length: Int) -> IPAddress {
        switch address.family {
        case .v4: IPAddress(v4: UInt32(truncatingIfNeeded: address.low) & ~(length >= 32 ? 0 : UInt32.max >> length))
        case .v6:
            IPAddress(
                v6High: address.high & ~(length >= 64 ? 0 : UInt64.max >> length),
                low: address.low & ~(length >= 128 ? 0 : length <= 64 ? UInt64.max : UInt64.max >> (length - 64))
            )
        }
    }

    /// The block in CIDR notation.
    public var description: String { "\(first)/\(prefixLength)" }
}
