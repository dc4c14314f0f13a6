// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Testing

@testable import WorkloadIdentity

struct ZlibTests {
    /// The first bytes of a text that zlib itself compressed below: nine sentences, then every byte once.
    static func text(_ count: Int) -> [UInt8] {
        let sentence = Array("the quick brown fox jumps over the lazy dog; ".utf8)
        let whole = (0..<9).flatMap { _ in sentence } + (0...255).map { UInt8($0) }
        return Array(whole.prefix(count))
    }

    private func code(_ stream: [UInt8], maximumBytes: Int = 1 << 20) -> String {
        do throws(WorkloadIdentityError) {
            _ = try Zlib.decompress(stream, maximumBytes: maximumBytes)
            return "read"
        } catch {
            return error.message
        }
    }

    @Test(
        "What zlib 1.3 wrote",
        arguments: [
            (
                "stored",
                "eAEBPADD_3RoZSBxdWljayBicm93biBmb3gganVtcHMgb3ZlciB0aGUgbGF6eSBkb2c7IHRoZSBxdWljayBicm93bqQrFhs",
                Self.text(60)
            ),
            (
                "fixed codes",
                "eAEryUhVKCzNTM5WSCrKL89TSMuvUMgqzS0oVsgvSy1SKAFK5yRWVSqk5Kdbg3lIigGkKxYb",
                Self.text(60)
            ),
            (
                "dynamic codes, matches from afar",
                "eNoryUhVKCzNTM5WSCrKL89TSMuvUMgqzS0oVsgvSy1SKAFK5yRWVSqk5Kdbg3mjimmvmIGRiZmFlY2dg5OLm4eXj19AUEhY"
                    + "RFRMXEJSSlpGVk5eQVFJWUVVTV1DU0tbR1dP38DQyNjE1MzcwtLK2sbWzt7B0cnZxdXN3cPTy9vH188_IDAoOCQ0LDwiMio6"
                    + "JjYuPiExKTklNS09IzMrOyc3L7-gsKi4pLSsvKKyqrqmtq6-obGpuaW1rb2js6u7p7evf8LESZOnTJ02fcbMWbPnzJ03f8HC"
                    + "RYuXLF22fMXKVavXrF23fsPGTZu3bN22fcfOXbv37N23_8DBQ4ePHD12_MTJU6fPnD13_sLFS5evXL12_cbNW7fv3L13_8HD"
                    + "R4-fPH32_MXLV6_fvH33_sPHT5-_fP32_cfPX7___P33HwCUbRKE",
                Self.text(661)
            ),
            (
                "a window of 512",
                "GNMryUhVKCzNTM5WSCrKL89TSMuvUMgqzS0oVsgvSy1SKAFK5yRWVSqk5Kdbg3mjimmvmIGRiZmFlY2dg5OLm4eXj19AUEhY"
                    + "RFRMXEJSSlpGVk5eQVFJWUVVTV1DU0tbR1dP38DQyNjE1MzcwtLK2sbWzt7B0cnZxdXN3cPTy9vH188_IDAoOCQ0LDwiMio6"
                    + "JjYuPiExKTklNS09IzMrOyc3L7-gsKi4pLSsvKKyqrqmtq6-obGpuaW1rb2js6u7p7evf8LESZOnTJ02fcbMWbPnzJ03f8HC"
                    + "RYuXLF22fMXKVavXrF23fsPGTZu3bN22fcfOXbv37N23_8DBQ4ePHD12_MTJU6fPnD13_sLFS5evXL12_cbNW7fv3L13_8HD"
                    + "R4-fPH32_MXLV6_fvH33_sPHT5-_fP32_cfPX7___P33HwCUbRKE",
                Self.text(661)
            ),
            (
                "Huffman only",
                "eAEFwYEBQCAQQNFV_h6mEUckx9UppvdejcLt25QIpu1k0c7u-SroI0aNwjF-L7OuAzUKt29TIpi2k0U7u-eroI8YNQrH-L3M"
                    + "ug7UKNy-TYlg2k4W7eyer4I-YtQoHOP3Mus6UKNw-zYlgmk7WbSze74K-ohRo3CM38us60CNwu3blAim7WTRzu75KugjRo3C"
                    + "MX4vs64DNQq3b1MimLaTRTu756ugjxg1Csf4vcy6DtQo3L5NiWDaThbt7J6vgj5iP0UlbVc",
                Self.text(300)
            ),
            (
                "runs",
                "eAFjGCYgMSmZYRQQDQBc2AEn",
                [UInt8](repeating: 0, count: 200) + Array("abc".utf8) + [UInt8](repeating: 0, count: 300)
            ),
            (
                "nothing",
                "eNoDAAAAAAE",
                []
            ),
        ] as [(String, String, [UInt8])]
    )
    func foreignStreams(_ name: String, _ encoded: String, _ expected: [UInt8]) throws {
        let stream = try #require(Base64URL.decode(encoded))
        #expect(try Zlib.decompress(stream, maximumBytes: expected.count) == expected)
        if !expected.isEmpty {
            #expect(throws: WorkloadIdentityError.self) {
                try Zlib.decompress(stream, maximumBytes: expected.count - 1)
            }
        }
        // Every byte counts: no stream that is cut short or has one bit turned spells the same, or traps.
        for end in stream.indices { #expect(code(Array(stream[..<end])) != "read") }
        #expect(code(stream + [0]) != "read")
        for place in stream.indices {
            for bit in 0..<8 {
                var damaged = stream
                damaged[place] ^= 1 << UInt8(bit)
                if let read = try? Zlib.decompress(damaged, maximumBytes: 1 << 16) { #expect(read == expected) }
            }
        }
    }

    @Test("Round trips of random bytes, however lopsided")
    func roundTrips() throws {
        var generator = SeededGenerator("Zlib")
        for round in 0..<120 {
            let count = Int.random(in: 0...3000, using: &generator)
            let rarity = Int.random(in: 1...200, using: &generator)
            let values = UInt8.random(in: 0...255, using: &generator)
            let bytes = (0..<count).map { _ in
                Int.random(in: 0..<rarity, using: &generator) == 0 ? UInt8.random(in: 0...values, using: &generator) : 0
            }
            let stream = Zlib.compress(bytes)
            #expect(try Zlib.decompress(stream, maximumBytes: count) == bytes, "round \(round)")
            #expect(stream.count <= count + 5 * (count / 65_535 + 1) + 6)
            #expect(Zlib.compress(bytes) == stream)
        }
    }

    @Test("Runs at the edges of what one match can say")
    func runs() throws {
        for count in [1, 2, 3, 4, 5, 258, 259, 260, 261, 262, 516, 517, 518, 65_535, 65_536, 300_000] {
            let bytes = [UInt8](repeating: 0xA5, count: count)
            #expect(try Zlib.decompress(Zlib.compress(bytes), maximumBytes: count) == bytes, "\(count)")
            let mixed = [1] + bytes + [2, 2, 2] + bytes
            #expect(try Zlib.decompress(Zlib.compress(mixed), maximumBytes: mixed.count) == mixed, "\(count)")
        }
    }

    @Test("Noise is stored, in blocks of at most 65,535 bytes")
    func noise() throws {
        var generator = SeededGenerator(seed: 4, "noise")
        let bytes = (0..<150_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let stream = Zlib.compress(bytes)
        #expect(stream.count <= bytes.count + 6 + 5 * 8)
        #expect(try Zlib.decompress(stream, maximumBytes: bytes.count) == bytes)
    }

    @Test("A code that would be deeper than 15 is evened out")
    func lopsided() throws {
        // Frequencies like Fibonacci's make the deepest code there is.
        var (one, other) = (1, 1)
        var frequencies: [Int] = []
        for _ in 0..<40 {
            frequencies.append(one)
            (one, other) = (other, one + other)
        }
        for longest in [7, 15] {
            let lengths = HuffmanLengths.lengths(of: frequencies, longest: longest)
            #expect(lengths.max() ?? 0 <= UInt8(longest))
            #expect(HuffmanDecoder(lengths[...]) != nil)
        }
        #expect(HuffmanLengths.lengths(of: [0, 0, 9], longest: 7) == [1, 0, 1])
        #expect(HuffmanLengths.lengths(of: [0, 0, 0], longest: 7) == [1, 1, 0])
    }

    @Test(
        "Streams that no writer makes",
        arguments: [
            ([], "ends early"), ([0x78], "ends early"), ([0x78, 0x9C], "ends early"),
            ([0x78, 0x9D, 3, 0], "not zlib's"),
            ([0x79, 0x9B, 3, 0], "not zlib's"), ([0x88, 0x1C, 3, 0], "not zlib's"), ([0x78, 0xBB, 3, 0], "dictionary"),
            ([0x78, 0x9C, 7, 0], "no known kind"), ([0x78, 0x9C, 1, 1, 0, 0, 0, 0], "damaged"),
            ([0x78, 0x9C, 1, 1, 0, 0xFE, 0xFF], "ends early"), ([0x78, 0x9C, 3, 0, 0, 0, 0, 1, 0], "bytes after"),
            ([0x78, 0x9C, 3, 0, 0, 0, 0, 2], "checksum"), ([0x78, 0x9C, 3, 0, 0, 0, 0], "no checksum"),
            // Fixed codes: a match before there is anything, and the length symbol 286.
            ([0x78, 0x9C, 0x03, 0x02, 0, 0, 0, 1], "begins before"),
            ([0x78, 0x9C, 0x1B, 0x03, 0, 0], "stands for nothing"),
            // Dynamic codes: more symbols than there are; no code for the codes.
            ([0x78, 0x9C, 0xFD, 0xFF, 0xFF, 0xFF], "more symbols"), ([0x78, 0x9C, 0x05, 0, 0, 0, 0, 0], "incomplete"),
        ] as [([UInt8], String)]
    )
    func malformed(_ stream: [UInt8], _ expected: String) {
        #expect(code(stream).contains(expected), "\(code(stream))")
    }

    @Test("No match reaches back beyond the window that the stream declares")
    func window() throws {
        let bytes = Array("abcdefgh".utf8) + [UInt8](repeating: 0, count: 600) + Array("abcdefgh".utf8)
        // The same blocks, whose farthest match is 608 bytes, under a window of 1024 and one of 512 bytes.
        let wide = try #require(Base64URL.decode("KBVLTEpOSU1Lz2AYBaOABiARmr4AlEEGSQ"))
        let narrow = try #require(Base64URL.decode("GBlLTEpOSU1Lz2AYBaOABiARmr4AlEEGSQ"))
        #expect(try Zlib.decompress(wide, maximumBytes: 1000) == bytes)
        #expect(code(narrow).contains("begins before"))
    }

    @Test(
        "A code means something for every string of bits",
        arguments: [
            ([], true), ([0], true), ([1], true), ([1, 1], true), ([1, 2, 2], true), ([0, 3, 3, 2, 1], true),
            ([2], false), ([1, 2], false), ([2, 2, 2], false), ([1, 1, 1], false), ([15, 15], false),
        ] as [([UInt8], Bool)]
    )
    func completeness(_ lengths: [UInt8], _ isCode: Bool) { #expect((HuffmanDecoder(lengths[...]) != nil) == isCode) }

    @Test("A bomb is refused before it has grown")
    func bomb() {
        let stream = Zlib.compress([UInt8](repeating: 0, count: 4_000_000))
        #expect(stream.count < 5000)
        #expect(code(stream, maximumBytes: 1000).contains("beyond 1000 bytes"))
        #expect(code(stream, maximumBytes: 0).contains("beyond 0 bytes"))
    }

    @Test("Whatever bytes come are read or refused")
    func random() {
        var generator = SeededGenerator("inflate")
        for _ in 0..<3000 {
            let noise = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            // A block of dynamic codes more often than chance would have it.
            let kind: UInt8 = Bool.random(using: &generator) ? 5 : UInt8.random(in: 0...255, using: &generator)
            _ = code([0x78, 0x9C, kind] + noise, maximumBytes: 1 << 12)
        }
        #expect(Adler32.checksum(of: Array("Wikipedia".utf8)) == 0x11E6_0398)
        #expect(Adler32.checksum(of: [UInt8](repeating: 0xFF, count: 100_000)) == 0x149A_302C)
    }
}
