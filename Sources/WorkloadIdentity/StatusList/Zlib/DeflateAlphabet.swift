// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The alphabets of DEFLATE (RFC 1951 sections 3.2.5 to 3.2.7).
enum DeflateAlphabet {
    /// The symbol that ends a block.
    static let endOfBlock = 256
    static let literalCount = 286
    static let distanceCount = 30
    static let maximumLength = 258
    static let longestCode = 15
    /// The longest code of the code that describes codes.
    static let longestMetaCode = 7

    /// The shortest match of each length symbol from 257 on, and how many bits say how much longer it is.
    static let lengths: [(base: Int, extra: Int)] = {
        var table: [(base: Int, extra: Int)] = []
        var base = 3
        for symbol in 0..<28 {
            let extra = symbol < 8 ? 0 : symbol / 4 - 1
            table.append((base, extra))
            base += 1 << extra
        }
        // The longest match has a symbol of its own.
        return table + [(maximumLength, 0)]
    }()

    /// The nearest distance of each distance symbol, and how many bits say how much farther it is.
    static let distances: [(base: Int, extra: Int)] = {
        var table: [(base: Int, extra: Int)] = []
        var base = 1
        for symbol in 0..<distanceCount {
            let extra = symbol < 4 ? 0 : symbol / 2 - 1
            table.append((base, extra))
            base += 1 << extra
        }
        return table
    }()

    /// The place in ``lengths`` of the symbol for each match length, 0 to 258.
    static let symbolOfLength: [Int] = {
        var table = [Int](repeating: 0, count: maximumLength + 1)
        for (symbol, length) in lengths.enumerated() {
            for more in 0..<(1 << length.extra) where length.base + more <= maximumLength {
                table[length.base + more] = symbol
            }
        }
        return table
    }()

    /// The order in which a block's header lists the lengths of the code that describes codes.
    static let metaOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// The code lengths of a block with fixed codes, for literals and lengths.
    static let fixedLiteralLengths: [UInt8] =
        [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
        + [UInt8](repeating: 8, count: 8)
    /// The same for distances.
    static let fixedDistanceLengths = [UInt8](repeating: 5, count: 32)
}
