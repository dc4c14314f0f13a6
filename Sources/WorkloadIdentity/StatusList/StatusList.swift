// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE

/// The statuses of many tokens, a few bits each (Token Status List, sections 4 and 5).
///
/// An index says where a token's status stands, from the least significant bits of the first byte on. A list has as
/// many entries as its bytes hold.
public struct StatusList: Sendable, Equatable {
    /// The most bytes of a list uncompressed: 134 million entries of one bit.
    public static let maximumBytes = 16 << 20

    /// How many bits an entry has: 1, 2, 4 or 8.
    public let bits: Int
    private var bytes: [UInt8]

    /// A list in which every status is 0.
    ///
    /// - Parameters:
    ///   - bits: How many bits an entry has: 1, 2, 4 or 8.
    ///   - count: How many entries it has at least; whole bytes are filled up.
    /// - Throws: ``WorkloadIdentityError`` with `statusList` for other widths, no entry or too many.
    public init(bits: Int, count: Int) throws(WorkloadIdentityError) {
        try Self.check(bits)
        let perByte = 8 / bits
        guard count > 0, count <= Self.maximumBytes * perByte else {
            throw Zlib.malformed("a list has 1 to \(Self.maximumBytes * perByte) entries of \(bits) bits")
        }
        self.bits = bits
        bytes = [UInt8](repeating: 0, count: (count + perByte - 1) / perByte)
    }

    /// The list that `lst` spells.
    ///
    /// - Parameters:
    ///   - bits: How many bits an entry has.
    ///   - encoded: The zlib stream in base64url.
    ///   - maximumBytes: The most bytes it may grow to.
    /// - Throws: ``WorkloadIdentityError`` with `statusList` when it is malformed, empty or larger.
    public init(
        bits: Int,
        encoded: String,
        maximumBytes: Int = StatusList.maximumBytes
    ) throws(WorkloadIdentityError) {
        try Self.check(bits)
        guard let stream = Base64URL.decode(encoded) else { throw Zlib.malformed("'lst' is not canonical base64url") }
        self.bits = bits
        bytes = try Zlib.decompress(stream, maximumBytes: maximumBytes)
        guard !bytes.isEmpty else { throw Zlib.malformed("a list has at least one entry") }
    }

    /// The list as `lst` spells it: the same text for the same statuses.
    public func encoded() -> String { Base64URL.string(Zlib.compress(bytes)) }

    /// How many entries there are.
    public var count: Int { bytes.count * (8 / bits) }

    /// The status at `index`, nil beyond the list: such a token must be refused (section 8.3).
    public func status(at index: Int) -> TokenStatus? {
        guard (0..<count).contains(index) else { return nil }
        let (place, shift) = position(index)
        return TokenStatus(rawValue: bytes[place] >> shift & mask)
    }

    /// Sets the status at `index`.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `statusList` beyond the list, or for a status that needs more bits.
    public mutating func set(_ status: TokenStatus, at index: Int) throws(WorkloadIdentityError) {
        guard (0..<count).contains(index) else { throw Zlib.malformed("the index is beyond the list") }
        guard status.rawValue <= mask else { throw Zlib.malformed("the status needs more than \(bits) bits") }
        let (place, shift) = position(index)
        bytes[place] = bytes[place] & ~(mask << shift) | status.rawValue << shift
    }

    private var mask: UInt8 { UInt8(truncatingIfNeeded: 1 << bits - 1) }

    private func position(_ index: Int) -> (place: Int, shift: UInt8) {
        let perByte = 8 / bits
        return (index / perByte, UInt8(truncatingIfNeeded: index % perByte * bits))
    }

    private static func check(_ bits: Int) throws(WorkloadIdentityError) {
        guard [1, 2, 4, 8].contains(bits) else { throw Zlib.malformed("an entry has 1, 2, 4 or 8 bits") }
    }
}

/// The status of one token (Token Status List, section 7).
public struct TokenStatus: RawRepresentable, Sendable, Hashable {
    /// The value, 0 to 255.
    public let rawValue: UInt8

    /// The status of this value.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The token is what it says.
    public static let valid = TokenStatus(rawValue: 0)
    /// The token is revoked for good.
    public static let invalid = TokenStatus(rawValue: 1)
    /// The token doesn't count for now.
    public static let suspended = TokenStatus(rawValue: 2)
}
