// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import StrictJSON

/// A fingerprint of a whole ``TrustState``, kept up to date at a cost that does not grow with the state.
///
/// The sum modulo 2^256 of one SHA-256 per object: adding, replacing and removing an object is one addition or two. It
/// finds nodes that disagree by fault; it is no defence against an adversary, which the log's own tree is.
public struct StateDigest: Sendable, Equatable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// The digest of the empty state.
    public init() {}

    mutating func add(_ bytes: [UInt8]) { words = Self.sum(words, Self.hash(bytes)) }

    /// Adds all that `other` was made of.
    mutating func add(_ other: StateDigest) { words = Self.sum(words, other.words) }

    mutating func remove(_ bytes: [UInt8]) { subtract(Self.hash(bytes)) }

    /// Removes all that `other` was made of.
    mutating func remove(_ other: StateDigest) { subtract(other.words) }

    private mutating func subtract(_ other: (UInt64, UInt64, UInt64, UInt64)) {
        words = Self.sum(Self.sum(words, (~other.0, ~other.1, ~other.2, ~other.3)), (1, 0, 0, 0))
    }

    /// Equal in all 256 bits.
    public static func == (left: StateDigest, right: StateDigest) -> Bool { left.words == right.words }

    private static func hash(_ bytes: [UInt8]) -> (UInt64, UInt64, UInt64, UInt64) {
        SHA256.hash(data: bytes).withUnsafeBytes { hash in
            func word(_ index: Int) -> UInt64 {
                UInt64(littleEndian: hash.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
            }
            return (word(0), word(1), word(2), word(3))
        }
    }

    private static func sum(
        _ left: (UInt64, UInt64, UInt64, UInt64),
        _ right: (UInt64, UInt64, UInt64, UInt64)
    ) -> (UInt64, UInt64, UInt64, UInt64) {
        var carry = false
        func add(_ left: UInt64, _ right: UInt64) -> UInt64 {
            let (first, over) = left.addingReportingOverflow(right)
            let (second, overAgain) = first.addingReportingOverflow(carry ? 1 : 0)
            carry = over || overAgain
            return second
        }
        let first = add(left.0, right.0)
        let second = add(left.1, right.1)
        let third = add(left.2, right.2)
        return (first, second, third, add(left.3, right.3))
    }
}

extension StateDigest: CustomStringConvertible {
    /// 64 hexadecimal digits.
    public var description: String {
        [words.0, words.1, words.2, words.3].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        let text = try reader.string("digest")
        try reader.finish()
        // Exactly one text for one digest: no capitals, no signs.
        guard let stated = Fingerprint(hex: text) else {
            throw ShapeError(.value, reader.pointer(to: "digest"), "64 hexadecimal digits are expected")
        }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in stated.bytes.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("digest", description)
        writer.endObject()
    }
}
