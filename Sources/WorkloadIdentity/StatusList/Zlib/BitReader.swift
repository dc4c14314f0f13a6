// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Reads bits from the least significant end of each byte (RFC 1951 section 3.1.1).
struct BitReader {
    private let bytes: [UInt8]
    private var next: Int
    private var buffer: UInt64 = 0
    private var filled = 0

    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        next = start
    }

    /// The next `count` bits, at most 16, the first of them least significant.
    mutating func bits(_ count: Int) throws(WorkloadIdentityError) -> Int {
        try fill(count)
        let value = Int(buffer & (1 << UInt64(count) - 1))
        buffer >>= UInt64(count)
        filled -= count
        return value
    }

    /// The next symbol of `code` (RFC 1951 section 3.2.2: codes stand with their first bit first).
    mutating func symbol(of code: HuffmanDecoder) throws(WorkloadIdentityError) -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1...DeflateAlphabet.longestCode {
            if filled == 0 { try fill(1) }
            value |= Int(buffer & 1)
            buffer >>= 1
            filled -= 1
            let count = code.counts[length]
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Zlib.malformed("a code stands for nothing")
    }

    /// Drops the bits up to the next whole byte, and gives that byte's place in the input.
    mutating func alignToByte() -> Int {
        let rest = filled & 7
        buffer >>= UInt64(rest)
        filled -= rest
        return next - filled / 8
    }

    /// Goes on at the byte `place`, which the caller found by ``alignToByte()``.
    mutating func jump(to place: Int) {
        next = place
        (buffer, filled) = (0, 0)
    }

    private mutating func fill(_ count: Int) throws(WorkloadIdentityError) {
        guard filled < count else { return }
        while filled <= 48, next < bytes.count {
            buffer |= UInt64(bytes[next]) << UInt64(filled)
            next += 1
            filled += 8
        }
        guard filled >= count else { throw Zlib.malformed("the stream ends early") }
    }
}

/// A Huffman code given by the lengths of its codes (RFC 1951 section 3.2.2).
///
/// Looked up length by length: it costs as many steps as the code has bits, and building it costs only as much as
/// there are symbols, so that a stream of very many tiny blocks can't make that the expensive part.
struct HuffmanDecoder {
    /// How many codes there are of each length.
    let counts: [Int]
    /// The symbols in the order of their codes.
    let symbols: [Int]

    /// The code of these lengths, nil when they make none: too many codes, or too few for every bit string to mean
    /// something. A single code of one bit, and none at all, are let pass as the standard wants it for distances.
    init?(_ lengths: ArraySlice<UInt8>) {
        var counts = [Int](repeating: 0, count: DeflateAlphabet.longestCode + 1)
        for length in lengths { counts[Int(length)] += 1 }
        let used = lengths.count - counts[0]
        counts[0] = 0
        var left = 1
        for length in 1...DeflateAlphabet.longestCode {
            left = left << 1 - counts[length]
            if left < 0 { return nil }
        }
        guard left == 0 || used == 0 || used == 1 && counts[1] == 1 else { return nil }
        var offsets = [Int](repeating: 0, count: DeflateAlphabet.longestCode + 2)
        for length in 1...DeflateAlphabet.longestCode { offsets[length + 1] = offsets[length] + counts[length] }
        var symbols = [Int](repeating: 0, count: used)
        for (symbol, length) in lengths.enumerated() where length != 0 {
            symbols[offsets[Int(length)]] = symbol
            offsets[Int(length)] += 1
        }
        self.counts = counts
        self.symbols = symbols
    }
}
