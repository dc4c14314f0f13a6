// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Writes a DEFLATE stream (RFC 1951), with runs of one byte as its only matches.
///
/// A status list is long runs of one value with others strewn in at random, and of that runs are all there is to find.
/// Choosing which of them are worth a match makes up for the longer repetitions that zlib finds by chance: lists of one
/// bit come out as small as zlib's best or smaller, lists of two at most some 4 % larger.
enum Deflater {
    /// A byte and how often it stands in a row.
    private typealias Run = (byte: UInt8, count: Int)

    /// The most runs of a block: enough that its header doesn't count, few enough that its codes fit what is near.
    private static let runsOfBlock = 1 << 15
    private static let storedBytes = 65_535

    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var writer = BitWriter()
        var index = 0
        repeat {
            let start = index
            var runs: [Run] = []
            while index < bytes.count, runs.count < runsOfBlock {
                let byte = bytes[index]
                var end = index + 1
                while end < bytes.count, bytes[end] == byte { end += 1 }
                runs.append((byte, end - index))
                index = end
            }
            let isLast = index == bytes.count
            let block = best(runs)
            let stored = index - start
            if block.bitCount / 8 > stored + 5 * (stored / storedBytes + 1) {
                write(bytes[start..<index], to: &writer, isLast: isLast)
            } else {
                block.write(to: &writer, isLast: isLast)
            }
        } while index < bytes.count
        writer.alignToByte()
        return writer.bytes
    }

    /// The smallest block found for `runs`: what is worth a match depends on the codes, and the codes on what became
    /// one, so a few rounds are made.
    private static func best(_ runs: [Run]) -> DeflateBlock {
        var block = DeflateBlock(tokens(of: runs) { _, _ in true })
        var last = block
        for _ in 0..<3 {
            let codes = last
            last = DeflateBlock(
                tokens(of: runs) { byte, count in
                    codes.cost(of: DeflateBlock.match(count)) <= count * codes.cost(of: UInt16(byte))
                }
            )
            if last.bitCount < block.bitCount { block = last }
        }
        return block
    }

    /// The tokens of `runs`; `isWorth` tells whether a match of so many of that byte is better than spelling them.
    private static func tokens(of runs: [Run], isWorth: (UInt8, Int) -> Bool) -> [DeflateBlock.Token] {
        var tokens: [DeflateBlock.Token] = []
        for run in runs {
            tokens.append(DeflateBlock.Token(run.byte))
            var rest = run.count - 1
            while rest > 0 {
                let count = min(rest, DeflateAlphabet.maximumLength)
                if count >= 3, isWorth(run.byte, count) {
                    tokens.append(DeflateBlock.match(count))
                } else {
                    tokens.append(contentsOf: repeatElement(DeflateBlock.Token(run.byte), count: count))
                }
                rest -= count
            }
        }
        return tokens
    }

    /// Section 3.2.4, in as many blocks as it takes.
    private static func write(_ bytes: ArraySlice<UInt8>, to writer: inout BitWriter, isLast: Bool) {
        var rest = bytes
        repeat {
            let part = rest.prefix(storedBytes)
            rest = rest.dropFirst(part.count)
            writer.bits(isLast && rest.isEmpty ? 1 : 0, 1)
            writer.bits(0, 2)
            writer.alignToByte()
            let count = part.count
            writer.append([
                UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8),
                UInt8(truncatingIfNeeded: ~count), UInt8(truncatingIfNeeded: ~count >> 8),
            ])
            writer.append(part)
        } while !rest.isEmpty
    }
}
