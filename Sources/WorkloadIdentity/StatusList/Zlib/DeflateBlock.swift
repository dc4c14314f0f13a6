// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One block to be written, with codes made for it (RFC 1951 section 3.2.7).
///
/// Its matches all reach back one byte, so there is one distance symbol, and its code is one bit.
struct DeflateBlock {
    /// A byte, or from 256 on a match of as many bytes as it is over 256.
    typealias Token = UInt16

    let tokens: [Token]
    private let literals: HuffmanEncoder
    private let meta: HuffmanEncoder
    /// How the header spells the code lengths: symbols of the meta code, with the bits that follow them.
    private let spelling: [(symbol: Int, value: Int, extra: Int)]
    private let literalCount: Int
    private let metaCount: Int
    /// The size of the block, in bits.
    let bitCount: Int

    static func match(_ length: Int) -> Token { Token(truncatingIfNeeded: DeflateAlphabet.endOfBlock + length) }

    /// The symbol of a token, and what follows it.
    private static func symbol(_ token: Token) -> (symbol: Int, value: Int, extra: Int) {
        guard token >= DeflateAlphabet.endOfBlock else { return (Int(token), 0, 0) }
        let length = Int(token) - DeflateAlphabet.endOfBlock
        let place = DeflateAlphabet.symbolOfLength[length]
        let (base, extra) = DeflateAlphabet.lengths[place]
        return (DeflateAlphabet.endOfBlock + 1 + place, length - base, extra)
    }

    init(_ tokens: [Token]) {
        self.tokens = tokens
        var frequencies = [Int](repeating: 0, count: DeflateAlphabet.literalCount)
        frequencies[DeflateAlphabet.endOfBlock] = 1
        var (matches, extras) = (0, 0)
        for token in tokens {
            let (symbol, _, extra) = Self.symbol(token)
            frequencies[symbol] += 1
            extras += extra
            if token >= DeflateAlphabet.endOfBlock { matches += 1 }
        }
        let lengths = HuffmanLengths.lengths(of: frequencies, longest: DeflateAlphabet.longestCode)
        literals = HuffmanEncoder(lengths: lengths)
        let end = (lengths.lastIndex { $0 != 0 } ?? DeflateAlphabet.endOfBlock) + 1
        literalCount = max(end, 257)
        spelling = Self.spell(Array(lengths[..<literalCount]) + [matches > 0 ? 1 : 0])
        var metaFrequencies = [Int](repeating: 0, count: DeflateAlphabet.metaOrder.count)
        for item in spelling { metaFrequencies[item.symbol] += 1 }
        let metaLengths = HuffmanLengths.lengths(of: metaFrequencies, longest: DeflateAlphabet.longestMetaCode)
        meta = HuffmanEncoder(lengths: metaLengths)
        metaCount = max(4, (DeflateAlphabet.metaOrder.lastIndex { metaLengths[$0] != 0 } ?? 0) + 1)
        var bits = 3 + 14 + 3 * metaCount + matches + extras
        for item in spelling { bits += Int(metaLengths[item.symbol]) + item.extra }
        for (frequency, length) in zip(frequencies, lengths) { bits += frequency * Int(length) }
        bitCount = bits
    }

    /// What a token costs in this block's codes, in bits; a symbol without a code costs what a rare one would.
    func cost(of token: Token) -> Int {
        let (symbol, _, extra) = Self.symbol(token)
        let length = literals.lengths[symbol]
        return (length == 0 ? 13 : Int(length)) + extra + (token >= DeflateAlphabet.endOfBlock ? 1 : 0)
    }

    func write(to writer: inout BitWriter, isLast: Bool) {
        writer.bits(isLast ? 1 : 0, 1)
        writer.bits(2, 2)
        writer.bits(literalCount - 257, 5)
        writer.bits(0, 5)
        writer.bits(metaCount - 4, 4)
        for place in 0..<metaCount { writer.bits(Int(meta.lengths[DeflateAlphabet.metaOrder[place]]), 3) }
        for item in spelling {
            meta.write(item.symbol, to: &writer)
            writer.bits(item.value, item.extra)
        }
        for token in tokens {
            let (symbol, value, extra) = Self.symbol(token)
            literals.write(symbol, to: &writer)
            guard token >= DeflateAlphabet.endOfBlock else { continue }
            writer.bits(value, extra)
            writer.bits(0, 1)
        }
        literals.write(DeflateAlphabet.endOfBlock, to: &writer)
    }

    /// Code lengths as the header spells them: runs by the symbols 16 to 18.
    private static func spell(_ lengths: [UInt8]) -> [(symbol: Int, value: Int, extra: Int)] {
        var items: [(symbol: Int, value: Int, extra: Int)] = []
        var index = 0
        while index < lengths.count {
            let length = lengths[index]
            var run = lengths[index...].prefix { $0 == length }.count
            index += run
            if length != 0 {
                items.append((Int(length), 0, 0))
                run -= 1
            }
            while run >= 3 {
                if length == 0, run >= 11 {
                    items.append((18, min(run, 138) - 11, 7))
                    run -= min(run, 138)
                } else if length == 0 {
                    items.append((17, run - 3, 3))
                    run = 0
                } else {
                    items.append((16, min(run, 6) - 3, 2))
                    run -= min(run, 6)
                }
            }
            for _ in 0..<run { items.append((Int(length), 0, 0)) }
        }
        return items
    }
}
