// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Writes bits from the least significant end of each byte (RFC 1951 section 3.1.1).
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var buffer: UInt64 = 0
    private var filled = 0

    /// The low `count` bits of `value`, at most 16.
    mutating func bits(_ value: Int, _ count: Int) {
        buffer |= UInt64(truncatingIfNeeded: value) << UInt64(filled)
        filled += count
        while filled >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: buffer))
            buffer >>= 8
            filled -= 8
        }
    }

    /// Fills up the last byte with zeros.
    mutating func alignToByte() {
        if filled > 0 { bytes.append(UInt8(truncatingIfNeeded: buffer)) }
        (buffer, filled) = (0, 0)
    }

    /// Whole bytes, after ``alignToByte()``.
    mutating func append(_ whole: ArraySlice<UInt8>) { bytes += whole }
}

/// A Huffman code for writing.
struct HuffmanEncoder {
    /// The length of each symbol's code, 0 for one that has none.
    let lengths: [UInt8]
    /// The codes with their first bit least significant, ready to be written.
    private let codes: [Int]

    /// The code of these lengths (RFC 1951 section 3.2.2).
    init(lengths: [UInt8]) {
        var counts = [Int](repeating: 0, count: DeflateAlphabet.longestCode + 1)
        for length in lengths where length != 0 { counts[Int(length)] += 1 }
        // The first code of each length follows from the codes of the length before.
        var next = [Int](repeating: 0, count: DeflateAlphabet.longestCode + 1)
        for length in 1...DeflateAlphabet.longestCode { next[length] = (next[length - 1] + counts[length - 1]) << 1 }
        codes = lengths.map { length in
            guard length != 0 else { return 0 }
            defer { next[Int(length)] += 1 }
            var (forward, reversed) = (next[Int(length)], 0)
            for _ in 0..<length {
                reversed = reversed << 1 | forward & 1
                forward >>= 1
            }
            return reversed
        }
        self.lengths = lengths
    }

    func write(_ symbol: Int, to writer: inout BitWriter) { writer.bits(codes[symbol], Int(lengths[symbol])) }
}
